import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";

/**
 * Returns when a process began, in the system's own unit. Together with the id, it distinguishes a process from a later
 * one with the same id. Undefined if no such process lives; a process that has ended and has not been reaped counts as
 * dead.
 */
export function processStart(pid: number): string | undefined {
  return process.platform === "linux" ? startFromProc(pid) : startFromPs(pid);
}

function startFromProc(pid: number): string | undefined {
  try {
    return startFromStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Returns the start time from a process's stat file.
 * @param stat content of /proc/<pid>/stat; proc_pid_stat(5) numbers its fields.
 * @returns field 22, or undefined if the process has ended.
 */
export function startFromStat(stat: string): string | undefined {
  // The program's name is the second field, in parentheses, and may itself contain blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, threads, start] = [fields[0], fields[17], fields[19]];
  if (state === "X") return undefined;
  // While other threads are still ending, the process is a zombie that keeps its files and ports.
  return state === "Z" && Number(threads) <= 1 ? undefined : start;
}

function startFromPs(pid: number): string | undefined {
  try {
    const line = execFileSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    return line === "" || line.startsWith("Z") ? undefined : line.slice(line.indexOf(" ")).trim();
  } catch {
    return undefined;
  }
}

/** Returns a process's command line: one string with arguments separated by NUL (Linux) or blanks; "" if there is none. */
export function commandLine(pid: number): string {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return execFileSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return "";
  }
}

/** Returns the command lines of all processes that this user may see, as `commandLine` does. */
export function commandLines(): string[] {
  if (process.platform === "linux") {
    const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
    return pids.map(commandLine);
  }
  return execFileSync("ps", ["-ww", "-Ao", "command="], { encoding: "utf8" }).split("\n");
}
