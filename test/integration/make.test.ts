import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readlinkSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { withStatus } from "../../cli/recovery/helm-records";
import { endOrphanedPlugins } from "../../cli/recovery/mend";
import { killBetweenWrites } from "./killing";
import { Lab, type Running } from "./lab";
import { run, type Person } from "./people";
import { Walk } from "./walk";

/** Kills `make up`, with everything that it has started except the control plane. */
async function kill(lab: Lab, { pid, ended }: Running): Promise<void> {
  await killBetweenWrites(pid, join(lab.belongings, "state"));
  await ended;
}

/**
 * Waits until Helm upgrades a release in this namespace. @returns its record, and a function that writes the record
 * back.
 */
async function upgraded(lab: Lab, namespace: string) {
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromFile(lab.kubeconfig);
  const api = kubeconfig.makeApiClient(CoreV1Api);
  const labelSelector = "owner=helm,status=pending-upgrade";
  for (;;) {
    const { items } = await api.listNamespacedSecret({ namespace, labelSelector });
    const [record] = items;
    if (record !== undefined) {
      const place = { name: record.metadata?.name ?? "", namespace };
      return { record, write: () => api.replaceNamespacedSecret({ ...place, body: record }) };
    }
    await sleep(50);
  }
}

/** Returns the processes that have the folder in their command line or as their working directory. */
function processesOf(directory: string): string[] {
  const all = execFileSync("ps", ["-ww", "-eo", "pid=,command="], { encoding: "utf8" });
  return all.split("\n").filter((line) => {
    const pid = line.trim().split(" ")[0] ?? "";
    return line.includes(directory) || workingDirectory(pid) === directory;
  });
}

function workingDirectory(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined; // it has ended meanwhile, or this is not Linux
  }
}

describe("make up and make down", function () {
  this.timeout(600_000); // for up to three updates on a busy machine
  const page = new Walk("README.md", [0]);
  let lab: Lab;
  /** The person who runs the page's commands: a newcomer who answers no questions. */
  let who: Person;

  before(async () => {
    lab = await Lab.create("make");
    const answers = { PULUMI_OPTION_NON_INTERACTIVE: "true", PULUMI_OPTION_COLOR: "never" };
    const environment = { ...lab.environment, ...answers };
    who = { clone: lab.clone, folder: lab.clone.directory, environment };
  });
  after(() => lab.remove());

  it("continues after it was killed while Helm installed a release", async () => {
    const first = lab.start("up");
    await first.prints("helm.sh/v3:Release orchestrator creating");
    await kill(lab, first);
    const printed = await page.next(who, ["make up"]);
    assert.match(printed, /removed the lock of an update that was killed/);
    assert.match(printed, /\d+ checks: all hold/);
  });

  it("changes nothing when run again, and says so", async () => {
    const { status, printed } = await lab.make("up");
    assert.equal(status, 0, printed);
    assert.match(printed, /Nothing changed: the stack is as configured\./);
  });

  it("redeploys a release that Helm was about to roll back when it was killed", async () => {
    const hostname = "    hostname: orchestrator.dev.example\n";
    const dnsNames = "    dnsNames: [orchestrator.renamed.example]\n";
    lab.clone.edit("Pulumi.dev.yaml", hostname, hostname + dnsNames).commit();
    const nodes = lab.pidOf("kwok") ?? assert.fail("kwok does not run");
    process.kill(nodes, "SIGSTOP"); // no pod becomes ready, so the upgrade does not finish
    try {
      const upgrade = lab.start("up");
      const { record, write } = await upgraded(lab, "orchestrator");
      await kill(lab, upgrade);
      // The plugin outlives the CLI, and would finish the upgrade.
      endOrphanedPlugins(realpathSync(lab.clone.directory));
      // Helm records this when the time is up. The rollback that follows is too short to be hit by a kill reliably.
      if (record.metadata?.labels) record.metadata.labels.status = "failed";
      record.data = { release: withStatus(record.data?.release ?? "", "failed") };
      await write();
    } finally {
      process.kill(nodes, "SIGCONT");
    }
    const { status, printed } = await lab.make("up");
    assert.equal(status, 0, printed);
    assert.match(printed, /release orchestrator\/orchestrator: its last change was killed/);
    assert.match(printed, /\d+ checks: all hold/);
    await lab.learnKeys();
  });

  it("leaves the repository's own files unchanged, as does Pulumi in the shell of make env", async () => {
    const printed = await page.next(who, [
      'eval "$(make env)"',
      "pulumi preview --stack dev",
      "npx countersign report --stack dev",
    ]);
    assert.match(printed, /Resources:\n +\d+ unchanged/);
    assert.match(printed, /Nothing changes/);
    assert.deepEqual(lab.clone.changed(), []);
  });

  it("lets Pulumi use Pulumi.dev.yaml in that shell", async () => {
    const key = "countersign:orchestrator.dnsNames[0]";
    const [preview = "", upped = ""] = (
      await run(who, "sh", [
        "-ec",
        `eval "$(make env)"
        pulumi config set --stack dev --path '${key}' orchestrator.other.example
        pulumi preview --stack dev
        echo ---
        git checkout --quiet Pulumi.dev.yaml
        pulumi up --stack dev --yes --skip-preview`,
      ])
    ).split("\n---\n");
    assert.match(preview, /orchestrator-certificate +replace/);
    assert.match(upped, /Resources:\n +\d+ unchanged/);
    assert.deepEqual(lab.clone.changed(), []);
  });

  it("removes keys that an earlier version left, and leaves no process and no state behind on make down", async () => {
    const events = join(lab.base, "tmp", "countersign-events-AbCdEf");
    mkdirSync(events);
    await page.next(who, ["make down"]);
    page.end();
    assert.equal(existsSync(events), false);
    assert.deepEqual(processesOf(lab.clone.directory), []);
    assert.deepEqual(
      readdirSync(lab.belongings).filter((name) => name !== "build"),
      [],
    );
    assert.deepEqual(lab.clone.changed(), []);
  });

  it("has nothing to do on another make down", async () => {
    assert.equal((await lab.make("down")).status, 0);
  });

  it("has never written a private key unencrypted, even where it was killed", async () => {
    const { searched, keys, withKeys } = await lab.files.search(lab.keys);
    assert.deepEqual(withKeys, []);
    assert.equal(keys, 4); // of the CA, the orchestrator and two organizations
    assert.ok(searched > 1000, `only ${searched} files`);
  });
});
