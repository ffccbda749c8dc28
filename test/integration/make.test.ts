import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureToolchain } from "../../toolchain";
import { Clone } from "./clone";
import { killBetweenWrites } from "./killing";
import { run, type Person } from "./people";
import { Walk } from "./walk";

/** As for a user who has never heard of our test run's cluster, and has another stack's passphrase in the shell. */
const environment = {
  ...process.env,
  KUBECONFIG: "",
  CI: "true",
  PULUMI_CONFIG_PASSPHRASE: "of another stack",
};

function make(directory: string, target: string): { status: number | null; printed: string } {
  const { status, stdout, stderr } = spawnSync("make", [target], {
    cwd: directory,
    env: environment,
    encoding: "utf8",
    timeout: 280_000,
  });
  return { status, printed: stdout + stderr };
}

/** Starts `make up` and kills it, with all that it has started but the control plane, when it prints a text. */
async function killUp(directory: string, text: string): Promise<void> {
  const child = spawn("make", ["up"], {
    cwd: directory,
    env: environment,
    detached: true, // a process group of its own; the control plane's processes leave it
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pid = child.pid ?? assert.fail("make did not start");
  const ended = new Promise((resolveEnded) => child.once("close", resolveEnded));
  let printed = "";
  await new Promise<void>((seen, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        printed += chunk.toString();
        if (printed.includes(text)) seen();
      });
    }
    void ended.then(() =>
      reject(new Error(`make up ended without printing ${JSON.stringify(text)}:\n${printed}`)),
    );
  });
  await killBetweenWrites(pid, join(directory, ".countersign", "state"));
  await ended;
}

/** Processes that name the folder in their command line or work in it. */
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
    return undefined; // ended meanwhile, or no Linux
  }
}

describe("make up and make down", function () {
  this.timeout(300_000);
  const page = new Walk("README.md", [0]);
  let directory: string;
  let clone: Clone;
  /** Runs the page's commands: as a newcomer who answers no question. */
  let who: Person;

  before(async () => {
    await ensureToolchain(["pulumi", "cluster"]);
    directory = mkdtempSync(join(tmpdir(), "countersign-make-"));
    clone = new Clone(directory);
    const answers = { PULUMI_OPTION_NON_INTERACTIVE: "true", PULUMI_OPTION_COLOR: "never" };
    who = { clone, folder: directory, environment: { ...environment, ...answers } };
  });
  after(() => {
    make(directory, "down");
    rmSync(directory, { recursive: true, force: true });
  });

  it("goes on after having been killed while Helm installs", async () => {
    await killUp(directory, "helm.sh/v3:Release orchestrator creating");
    const printed = await page.next(who, ["make up"]);
    assert.match(printed, /removed the lock of an update that was killed/);
    assert.match(printed, /\d+ checks: all hold/);
  });

  it("changes nothing when run again, and says so", () => {
    const { status, printed } = make(directory, "up");
    assert.equal(status, 0, printed);
    assert.match(printed, /Nothing changed: the stack is as configured\./);
  });

  it("leaves the repository's own files as they are, and Pulumi in the shell of make env too", async () => {
    const printed = await page.next(who, [
      'eval "$(make env)"',
      "pulumi preview --stack dev",
      "npx countersign report --stack dev",
    ]);
    assert.match(printed, /Resources:\n +\d+ unchanged/);
    assert.match(printed, /Nothing changes/);
    assert.deepEqual(clone.changed(), []);
  });

  it("lets Pulumi work on Pulumi.dev.yaml in that shell", async () => {
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
    assert.deepEqual(clone.changed(), []);
  });

  it("leaves no process and no state behind when it goes down", async () => {
    await page.next(who, ["make down"]);
    page.end();
    assert.deepEqual(processesOf(directory), []);
    assert.deepEqual(
      readdirSync(join(directory, ".countersign")).filter((name) => name !== "build"),
      [],
    );
    assert.deepEqual(clone.changed(), []);
  });

  it("has nothing to do when it goes down again", () => {
    assert.equal(make(directory, "down").status, 0);
  });
});
