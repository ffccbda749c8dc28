import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandLine, processStart } from "../host";
import type { Layout } from "./directory";

const pollMs = 50;
const patienceMs = 5_000;

/**
 * Shell script that writes its own process id, then becomes the program. Whenever the starter is killed, it therefore
 * leaves either no process or one with a pid file. The script does not overwrite the pid file of another process, and
 * does not start if the directory is gone.
 */
const launcher = 'set -eC; umask 077; echo $$ > "$1"; shift; exec "$@"';

function pidFile(layout: Layout, name: string): string {
  return join(layout.pids, name);
}

export function logFile(layout: Layout, name: string): string {
  return join(layout.logs, `${name}.log`);
}

/**
 * Starts a program that outlives this process, with its output in its log file, unless it is running already. Returns
 * as soon as its pid file identifies it, or it has ended.
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
    // Its own session, so that Ctrl-C in our terminal does not reach it.
    detached: true,
    stdio: ["ignore", log, log],
    // None of our variables, which could be secret or affect it; HOME keeps it from reading the user's own settings.
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
 * Returns the process id of the running component, or undefined. A pid file alone proves nothing, because ids are
 * reused: the process must also run this program with this directory among its arguments, as no other process does.
 */
export function runningPid(layout: Layout, name: string): number | undefined {
  const file = pidFile(layout, name);
  if (!existsSync(file)) return undefined;
  const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
  if (Number.isNaN(pid) || processStart(pid) === undefined) return undefined;
  return isComponent(settledCommandLine(pid), layout, name) ? pid : undefined;
}

/**
 * Does the same as runningPid, for callers that will delete the pid file: a launcher may have created it and not
 * written it yet.
 */
async function settledPid(layout: Layout, name: string): Promise<number | undefined> {
  const file = pidFile(layout, name);
  await until(() => !existsSync(file) || readFileSync(file, "utf8") !== "");
  return runningPid(layout, name);
}

/**
 * Returns the command line of a process, which has none at the moment when it becomes another program. On a busy
 * machine with two cores, this moment has lasted more than 20 ms. A process that never has one belongs to the kernel.
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

/** Whether a command line belongs to this component of this very control plane, or to the shell that becomes it. */
function isComponent(line: string, layout: Layout, name: string): boolean {
  const program = basename(line.split(/[\0 ]/)[0] ?? "");
  const starting = program === "sh" && line.includes(pidFile(layout, name));
  return starting || (program === name && line.includes(`${layout.directory}/`));
}

/** Stops these components: with SIGTERM first, with SIGKILL if they take too long. */
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
      `${name} (process ${survivor}) does not end, even after SIGKILL: inspect it with ps`,
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
