import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestBackend } from "../backends/backend";
import { FleetFolder, type Ended, type Running } from "./fleet-folder";

const STACKS = ["consortium", "org-1"] as const;

/** Defines the tests of stacks that exchange requests and certificates by the backend that they share. */
export function sharedBackend(name: string, prefix: string, start: () => Promise<TestBackend>) {
  describe(`stacks that share ${name}`, function () {
    this.timeout(900_000);
    let backend: TestBackend;
    let folder: FleetFolder;
    /** Public keys of each stack when its update was killed. */
    let keys: Readonly<Record<string, readonly string[]>>;
    /** Everything that commands have printed. */
    const printed: string[] = [];

    const heard = <E extends Ended>(ended: E): E => {
      printed.push(ended.stdout, ended.stderr);
      return ended;
    };

    const ends: (() => Promise<void>)[] = [];
    before(async () => {
      backend = await start();
      ends.push(backend.end);
      folder = await FleetFolder.create(prefix, ["MyOrg1MSP"], backend);
      ends.push(() => folder.files.end());
    });
    after(() => Promise.all(ends.map((end) => end())));

    it("let one of two updates of a stack run, and name its process to the other", async () => {
      const first = folder.start("up");
      await until(
        () => folder.log("consortium").includes("helm.sh/v3:Release orchestrator creating"),
        first,
      );
      process.kill(-first.pid, "SIGSTOP"); // so that it holds the lock
      const second = heard(
        await folder.pulumi("consortium", "up", "--yes", "--skip-preview").ended,
      );
      assert.notEqual(second.status, 0);
      assert.match(
        second.stderr,
        new RegExp(`currently locked by 1 lock\\(s\\)[^]*@${hostname()} \\(pid \\d+\\)`),
      );
      await first.kill();
      heard(await first.ended);
      assert.equal(backend.locks("consortium").length, 1);
      keys = await publicKeys(folder);
    });

    it("continue after an update was killed, with the same keys", async () => {
      const { status, report, stderr } = heard(await folder.fleet("up", "--resume"));
      assert.equal(status, 0, stderr);
      const [consortium, organization] = report.stacks.map(({ passes }) => passes);
      assert.match(
        consortium?.[0]?.note ?? "",
        /^removed the lock of process \d+, which was killed/,
      );
      assert.deepEqual(
        organization?.map(({ pass, result, note }) => [pass, result, note]),
        [
          ["request", "done", "already done"],
          ["deploy", "done", undefined],
        ],
      );
      assert.deepEqual(
        report.stacks.map(({ waiting }) => waiting),
        [[], []],
      );
      assert.deepEqual(STACKS.flatMap(backend.locks), []);
      assert.deepEqual(await publicKeys(folder), keys);
      assert.equal(keys.consortium?.length, 2); // of the CA and the orchestrator
      assert.equal(keys["org-1"]?.length, 1);
    });

    it("are left alone by the fleet while somebody else updates them", async () => {
      const other = folder.pulumi("org-1", "up", "--yes", "--skip-preview");
      await until(() => backend.locks("org-1").length > 0, other);
      process.kill(other.pid, "SIGSTOP"); // it holds the stack's lock until the fleet has ended
      const { status, report } = heard(await folder.fleet("up", "--select", "org-1"));
      process.kill(other.pid, "SIGCONT");
      assert.equal(status, 1);
      assert.match(
        report.stacks[0]?.error ?? "",
        new RegExp(
          `^stack org-1 is being updated by process ${other.pid} on ${hostname()} since \\S+Z: wait until it has ended, then run \`countersign fleet up --resume\`$`,
        ),
      );
      assert.equal(heard(await other.ended).status, 0);
      const { report: after } = await folder.fleet("preview", "--select", "org-1");
      assert.deepEqual(after.stacks[0]?.changes, {});
    });

    it("publish what `countersign enroll` carries as files", async () => {
      const to = join(folder.directory, "carried");
      const args = ["enroll", "export", "--stack", "consortium", "--to", to, "MyOrg1MSP"];
      const { status, stderr } = heard(await folder.countersign(...args).ended);
      assert.equal(status, 0, stderr);
      assert.deepEqual(readdirSync(join(to, "MyOrg1MSP")).sort(), [
        "certificate.pem",
        "consortium.yaml",
        "trust.pem",
      ]);
    });

    it("are not written or printed with a private key or the backend's password", async () => {
      const pems = await folder.keysOf(STACKS);
      await backend.end();
      for (const args of [
        ["fleet", "preview", "--passphrase-files", "passphrases"],
        ["verify", "--stack", "consortium"],
      ]) {
        const { status, stderr } = heard(await folder.countersign(...args).ended);
        assert.equal(status, 2, stderr);
      }
      const { searched, withKeys } = await folder.files.search(pems);
      assert.deepEqual(withKeys, []);
      assert.equal(pems.size, 3);
      assert.ok(searched > 10, `only ${searched} files`);
      for (const secret of backend.secrets) {
        assert.ok(!printed.join("").includes(secret), "a command printed a password");
        for (const { path, content } of folder.files.read()) {
          assert.ok(!content.includes(secret), `${path} has a password`);
        }
      }
    });
  });
}

/** Returns the public keys of the private keys in the stacks' states. */
async function publicKeys(folder: FleetFolder): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const stack of STACKS) {
    const { stdout } = await folder.pulumi(stack, "stack", "export").ended;
    const { deployment } = JSON.parse(stdout) as {
      deployment: { resources?: { type: string; outputs?: { publicKeyPem?: string } }[] };
    };
    const keys = (deployment.resources ?? []).filter(({ type }) => type.endsWith(":PrivateKey"));
    found[stack] = keys.flatMap(({ outputs }) => outputs?.publicKeyPem ?? []).sort();
  }
  return found;
}

/** Waits until a running command has made something true. */
export async function until(condition: () => boolean, { ended }: Running): Promise<void> {
  let early: Ended | undefined;
  void ended.then((end) => (early = end));
  while (!condition()) {
    if (early !== undefined) assert.fail(`it ended too early:\n${early.stderr}${early.stdout}`);
    await sleep(50);
  }
}
