import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandLine, processStart } from "../host";
import type { Layout } from "./layout";

const pollMs = 50;
const patienceMs = 5_000;

/**
 * Writes its own process id, then becomes the program. A starter that is killed at any moment therefore leaves either
 * no process or one with a pid file. It refuses to overwrite another's, and to start where the directory is gone.
 */
const launcher = 'set -eC; umask 077; echo $$ > "$1"; shift; exec "$@"';

export function pidFile(layout: Layout, name: string): string {
  return join(layout.pids, name);
}

export function logFile(layout: Layout, name: string): string {
  return join(layout.logs, `${name}.log`);
}

/**
 * Starts a program that outlives us, with its output in its log file, unless it runs already; returns once it is known
 * by its pid file, or has ended.
 */
export async function launch(
  layout: Layout,
  name: string,
  program: string,
  args: readonly string[],
): Promise<void> {
  const file = pidFile(layout, name);
  if ((await settledPid(layout, name)) !== undefined) return;
  rmSync(file, { force: true });
  const log = openSync(logFile(layout, name), "a", 0o600);
  const child = spawn("/bin/sh", ["-c", launcher, "launch", file, program, ...args], {
    cwd: layout.directory,
    // Its own session: Ctrl-C in our terminal is not for it.
    detached: true,
    stdio: ["ignore", log, log],
    // Nothing of ours that could be secret or redirect it; HOME keeps it from reading the user's own settings.
    env: { PATH: process.env.PATH ?? "", HOME: layout.directory },
  });
  closeSync(log);
  child.unref();
  let ended = false;
  child.once("exit", () => (ended = true));
  child.once("error", () => (ended = true));
  await until(() => ended || runningPid(layout, name) !== undefined);
}

/**
 * The process id of the running component, or undefined. A pid file alone proves nothing, because ids are reused: the
 * process must also run this program with this directory among its arguments, which no other does.
 */
export function runningPid(layout: Layout, name: string): number | undefined {
  const file = pidFile(layout, name);
  if (!existsSync(file)) return undefined;
  const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
  if (Number.isNaN(pid) || processStart(pid) === undefined) return undefined;
  return isComponent(settledCommandLine(pid), layout, name) ? pid : undefined;
}

/** As runningPid, for those who delete the pid file next: a launcher may have made it and not written it yet. */
async function settledPid(layout: Layout, name: string): Promise<number | undefined> {
  const file = pidFile(layout, name);
  await until(() => !existsSync(file) || readFileSync(file, "utf8") !== "");
  return runningPid(layout, name);
}

/**
 * A process has no command line for the moment in which it becomes another program. On a busy machine with two cores
 * that has taken more than 20 ms; a process that never has one is the kernel's own.
 */
function settledCommandLine(pid: number): string {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const end = Date.now() + 2_000;
  for (;;) {
    const line = commandLine(pid);
    if (line !== "" || processStart(pid) === undefined || Date.now() > end) return line;
    Atomics.wait(clock, 0, 0, 2);
  }
}

/** Whether a command line is that of this component of this very control plane, or of the shell that becomes it. */
export function isComponent(line: string, layout: Layout, name: string): boolean {
  const program = basename(line.split(/[\0 ]/)[0] ?? "");
  const starting = program === "sh" && line.includes(pidFile(layout, name));
  return starting || (program === name && line.includes(`${layout.directory}/`));
}

/** Ends these components: politely first, by force if they take too long. */
export async function stop(layout: Layout, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => stopOne(layout, name)));
}

async function stopOne(layout: Layout, name: string): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const pid = await settledPid(layout, name);
    if (pid === undefined) break;
    send(pid, signal);
    if (await until(() => runningPid(layout, name) === undefined)) break;
  }
  const survivor = runningPid(layout, name);
  if (survivor !== undefined) {
    throw new Error(
      `${name} (process ${survivor}) does not end, not even when killed: look at it with ps`,
    );
  }
  rmSync(pidFile(layout, name), { force: true });
}

async function until(condition: () => boolean): Promise<boolean> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    if (condition()) return true;
    await sleep(pollMs);
  }
  return condition();
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
