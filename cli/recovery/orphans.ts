import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { commandLine } from "../../host";

/**
 * Ends the Pulumi plugins that a killed CLI left running in a folder, and their programs. A provider takes minutes to
 * notice that the CLI is gone, and until then continues its installation at the same time as the next update. A Node
 * program fails, and may occupy a processor for hours to format its error's stack (see components/pki/checks.ts).
 *
 * Plugins and programs of a live CLI are left alone. This requires /proc; on systems without it, plugins end by
 * themselves.
 *
 * @returns the number of processes that were ended.
 */
export function endOrphanedPlugins(folder: string): number {
  const orphans = processes().filter(
    (pid) => isPlugin(pid) && workingDirectory(pid) === folder && !isPulumi(parentOf(pid)),
  );
  const ended = new Set(orphans);
  const programs = processes().filter((pid) => {
    const parent = parentOf(pid);
    const hasHost = parent !== undefined && isPlugin(parent) && !ended.has(parent);
    return isProgram(pid) && workingDirectory(pid) === folder && !hasHost;
  });
  for (const pid of [...orphans, ...programs]) endNow(pid);
  return orphans.length + programs.length;
}

function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended in the meantime.
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

/** Whether it is a program that the language host for Node started. */
function isProgram(pid: number): boolean {
  return /@pulumi\/pulumi\/cmd\/run\b/.test(commandLine(pid).split("\0")[1] ?? "");
}

function isPulumi(pid: number | undefined): boolean {
  return pid !== undefined && program(pid) === "pulumi";
}

function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined; // the process has ended in the meantime, or belongs to somebody else
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
