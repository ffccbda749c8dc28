import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine } from "../../host";
import { startControlPlane, stopControlPlane, type ControlPlane } from "../../local/control-plane";
import { ensureToolchain, type Toolchain } from "../../toolchain";
import { until } from "./time";

/** A test file's own control planes, in a folder that is removed with them. */
export class ControlPlanes {
  private constructor(
    private readonly root: string,
    readonly binaries: Toolchain,
  ) {}

  /** Creates the folder; if nothing is cached, this builds the programs first, which takes many minutes. */
  static async create(): Promise<ControlPlanes> {
    const binaries = await ensureToolchain(["cluster"]);
    return new ControlPlanes(mkdtempSync(join(tmpdir(), "countersign-local-")), binaries);
  }

  /** Returns the folder of the control plane with this name. */
  directory(name: string): string {
    return join(this.root, name);
  }

  start(name: string): Promise<ControlPlane> {
    return startControlPlane({ directory: this.directory(name), binaries: this.binaries });
  }

  /** Stops all of them; fails if anything still runs afterwards. */
  async stop(): Promise<void> {
    for (const name of readdirSync(this.root)) {
      const directory = this.directory(name);
      if (!name.endsWith(".lock") && existsSync(join(directory, "control-plane.json"))) {
        await stopControlPlane(directory);
      }
    }
    await assertNothingRuns(this.root);
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Fails if processes with a path below the directory among their arguments do not end. */
export async function assertNothingRuns(directory: string): Promise<void> {
  // A shell whose starter was killed first has to notice that there is nothing left to start.
  await until(`no process names ${directory}`, () =>
    Promise.resolve(processesNaming(directory).length === 0),
  );
}

/** Returns the IDs of processes, other than this one, that have a path below the directory among their arguments. */
export function processesNaming(directory: string): number[] {
  const ids = existsSync("/proc/self")
    ? readdirSync("/proc").filter((name) => /^\d+$/.test(name))
    : execFileSync("ps", ["-A", "-o", "pid="], { encoding: "utf8" }).trim().split(/\s+/);
  return ids.map(Number).filter((pid) => commandLine(pid).includes(`${directory}/`));
}
