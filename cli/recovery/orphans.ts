import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { commandLine } from "../../host";

/**
 * Ends the Pulumi plugins that a killed CLI left running in a folder, and their programs. A provider notices its loss only
 * after minutes and goes on with its installation meanwhile, at the same time as the next update. A program of Node's
 * fails, and may take a processor for hours to format its error's stack (see components/pki/refusal.ts).
 *
 * What belongs to a living CLI is left alone. Works where there is /proc; elsewhere plugins end by themselves.
 *
 * @returns how many there were.
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

/** What the language host for Node starts. */
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
