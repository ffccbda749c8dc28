import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ensureToolchain } from "../../toolchain";
import { killBetweenWrites } from "./killing";

const root = resolve(__dirname, "..", "..");

/** What `make` needs of the repository; the tools and packages are those that are there already. */
function copyRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), "countersign-make-"));
  for (const entry of readdirSync(root)) {
    if ([".git", ".countersign", "node_modules"].includes(entry)) continue;
    cpSync(join(root, entry), join(copy, entry), { recursive: true });
  }
  // As if it had run before: what the program and the command are compiled to, which takes longest.
  for (const unit of ["program", "cli"]) {
    const builds = join(root, ".countersign", "build", unit);
    for (const build of existsSync(builds) ? readdirSync(builds) : []) {
      // Those that are not finished have longer names.
      if (!/^[0-9a-f]{16}$/.test(build)) continue;
      cpSync(join(builds, build), join(copy, ".countersign", "build", unit, build), {
        recursive: true,
      });
    }
  }
  // As if installed: the stamp lies in the shared folder and must be newer than the lock file.
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  mkdirSync(join(copy, ".countersign"), { recursive: true });
  return copy;
}

/** As for a user who has never heard of our test run's cluster. */
const environment = { ...process.env, KUBECONFIG: "", CI: "true" };

function make(directory: string, target: string): { status: number | null; printed: string } {
  const { status, stdout, stderr } = spawnSync(
    "make",
    ["-o", "node_modules/.countersign-installed", target],
    {
      cwd: directory,
      env: environment,
      encoding: "utf8",
      timeout: 280_000,
    },
  );
  return { status, printed: stdout + stderr };
}

/** Starts `make up` and kills it, with all that it has started but the control plane, when it prints a text. */
async function killUp(directory: string, text: string): Promise<void> {
  const child = spawn("make", ["-o", "node_modules/.countersign-installed", "up"], {
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
  let directory: string;

  before(async () => {
    await ensureToolchain(["pulumi", "cluster"]);
    directory = copyRepository();
  });
  after(() => {
    make(directory, "down");
    rmSync(directory, { recursive: true, force: true });
  });

  it("goes on after having been killed while Helm installs", async () => {
    await killUp(directory, "helm.sh/v3:Release orchestrator creating");
    const { status, printed } = make(directory, "up");
    assert.equal(status, 0, printed);
    assert.match(printed, /removed the lock of an update that was killed/);
    assert.match(printed, /\d+ checks: all hold/);
    assert.match(printed, /export KUBECONFIG=.*kubeconfig/);
  });

  it("changes nothing when run again, and says so", () => {
    const { status, printed } = make(directory, "up");
    assert.equal(status, 0, printed);
    assert.match(printed, /Nothing changed: the stack is as configured\./);
  });

  it("leaves the repository's own files as they are", () => {
    for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml", "package.json", "package-lock.json"]) {
      const { status, stdout } = spawnSync("diff", [join(root, file), join(directory, file)], {
        encoding: "utf8",
      });
      assert.equal(status, 0, stdout);
    }
  });

  it("leaves no process and no state behind when it goes down", () => {
    const { status, printed } = make(directory, "down");
    assert.equal(status, 0, printed);
    assert.deepEqual(processesOf(directory), []);
    assert.deepEqual(
      readdirSync(join(directory, ".countersign")).filter((name) => name !== "build"),
      [],
    );
  });

  it("has nothing to do when it goes down again", () => {
    assert.equal(make(directory, "down").status, 0);
  });
});
