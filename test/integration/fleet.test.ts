import assert from "node:assert/strict";
import { existsSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FleetFolder, linesOf } from "./fleet-folder";
import { until } from "./shared-backend";

const MSP_IDS = ["MyOrg1MSP", "MyOrg2MSP", "MyOrg3MSP"];

describe("countersign fleet", function () {
  this.timeout(900_000);
  let folder: FleetFolder;
  const record = () => existsSync(join(folder.directory, ".countersign/fleet/progress.json"));

  before(async () => {
    folder = await FleetFolder.create("fleet", MSP_IDS);
  });
  after(() => folder.files.end());

  it("previews the selected stacks", async () => {
    const selection = ["--select", "consortium", "org-1"];
    const { status, report, stderr } = await folder.fleet("preview", ...selection);
    assert.equal(status, 0, stderr);
    assert.deepEqual(linesOf(report), [
      "consortium: done: preview done",
      "org-1: done: preview done",
    ]);
    assert.deepEqual(
      report.stacks.map(({ changes }) => Object.keys(changes)),
      [["create"], ["create"]],
    );
    assert.equal(record(), false);
  });

  it("locks the folder while it runs, and can be killed", async () => {
    const first = folder.start("up", "--parallel", "2");
    await first.says("consortium: deploy begins");
    // Paused, so that it cannot finish before it is killed, however slowly the second one starts.
    process.kill(-first.pid, "SIGSTOP");
    const second = await folder.start("up").ended;
    process.kill(-first.pid, "SIGCONT");
    assert.equal(second.status, 2);
    assert.equal(
      second.stderr,
      `another \`countersign fleet\` is running in ${folder.directory} (process ${first.pid}): wait until it has ended\n`,
    );
    await until(
      () => folder.log("consortium").includes("helm.sh/v3:Release orchestrator creating"),
      first,
    );
    await first.kill();
    await first.ended;
    assert.equal(folder.locks("consortium").length, 1);
    assert.equal(record(), true);
  });

  it("continues after that, and reports a broken stack while it runs the others", async () => {
    // As if it had been killed while it wrote: no command can read the backend now.
    const attributes = join(folder.directory, "state/.pulumi/meta.yaml.attrs");
    writeFileSync(attributes, "");
    utimesSync(attributes, new Date(0), new Date(0));
    const broken = join(folder.directory, "Pulumi.broken.yaml");
    writeFileSync(broken, "config: [\n");
    const { status, report, stderr } = await folder.fleet("up", "--resume", "--parallel", "2");
    rmSync(broken);
    assert.equal(status, 1, stderr);
    const lines = linesOf(report);
    assert.match(
      lines[1] ?? "",
      /^consortium: done: deploy done \(removed the lock of process \d+,/,
    );
    assert.deepEqual(
      [lines[0], ...lines.slice(2)],
      [
        "broken: failed: deploy failed",
        ...[1, 2, 3].map((n) => `org-${n}: done: request done (already done), deploy done`),
      ],
    );
    assert.deepEqual(
      report.stacks.map(({ waiting }) => waiting),
      [[], [], [], [], []],
    );
  });

  it("changes nothing the second time, requests no certificate again, and leaves no record", async () => {
    const { status, report, stderr } = await folder.fleet("up", "--parallel", "2");
    assert.equal(status, 0, stderr);
    assert.deepEqual(linesOf(report), [
      "consortium: done: deploy done",
      ...[1, 2, 3].map((n) => `org-${n}: done: request done (already requested), deploy done`),
    ]);
    assert.deepEqual(
      report.stacks.map(({ changes }) => changes),
      [{}, {}, {}, {}],
    );
    assert.equal(record(), false);
  });

  it("has never written an unencrypted private key, not even when it was killed", async () => {
    const stacks = ["consortium", ...MSP_IDS.map((_, position) => `org-${position + 1}`)];
    const { searched, keys, withKeys } = await folder.files.search(await folder.keysOf(stacks));
    assert.deepEqual(withKeys, []);
    assert.equal(keys, 5); // of the CA, the orchestrator and three organizations
    assert.ok(searched > 100, `only ${searched} files`);
  });
});
