import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { commandLine } from "../../host";

/**
 * Ends the Pulumi plugins that a killed CLI left running in a folder. A provider notices its loss only after
 * minutes and goes on with its installation meanwhile, at the same time as the next update.
 *
 * Plugins of a living CLI are left alone. Works where there is /proc; elsewhere plugins end by themselves.
 *
 * @returns how many there were.
 */
export function endOrphanedPlugins(folder: string): number {
  const orphans = processes().filter(
    (pid) => isPlugin(pid) && workingDirectory(pid) === folder && !isPulumi(parentOf(pid)),
  );
  for (const pid of orphans) endNow(pid);
  return orphans.length;
}

function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

function processes(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function program(pid: number): string {
  return commandLine(pid).split("\0")[0]?.split("/").at(-1) ?? "";
}

function isPlugin(pid: number): boolean {
  return /^pulumi-(resource|language)-/.test(program(pid));
}

function isPulumi(pid: number | undefined): boolean {
  return pid !== undefined && program(pid) === "pulumi";
}

function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined; // ended meanwhile, or somebody else's
  }
}

function parentOf(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]);
  } catch {
    return undefined;
  }
}
