import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processStart } from "./process";

const pollMs = 100;

export interface LockOptions {
  /** Called once if another live process holds the lock. */
  readonly onWait?: (ownerPid: number) => void;
}

/**
 * Runs the action while no other process runs one under the same lock file. The lock of a dead owner is taken over.
 * Owners are identified by process id and start time, so a reused id never keeps a lock alive.
 */
export async function withLock<T>(
  file: string,
  action: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const release = await acquire(file, options);
  try {
    return await action();
  } finally {
    release();
  }
}

// Distinguishes two holders within one process.
let claims = 0;

async function acquire(file: string, options: LockOptions): Promise<() => void> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const claim = `${process.pid} ${processStart(process.pid) ?? "?"} ${++claims}`;
  const mine = `${file}.${process.pid}.${claims}`;
  // The lock file appears with its owner's name already in it, so it is never empty.
  writeFileSync(mine, claim, { mode: 0o600 });
  try {
    for (let waiting = false; ;) {
      const owner = read(file);
      if (owner === undefined) {
        if (tryLink(mine, file)) return () => release(file, claim);
        continue;
      }
      if (!isAlive(owner)) {
        // Two processes may take over a dead owner's lock at once. The later rename wins, and after a moment both see
        // which one it was.
        renameSync(mine, file);
        await sleep(pollMs);
        if (read(file) === claim) return () => release(file, claim);
        writeFileSync(mine, claim, { mode: 0o600 });
        continue;
      }
      if (!waiting) options.onWait?.(Number.parseInt(owner, 10));
      waiting = true;
      await sleep(pollMs);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

function release(file: string, claim: string): void {
  if (read(file) === claim) rmSync(file, { force: true });
}

function isAlive(owner: string): boolean {
  const [pid, start] = owner.split(" ");
  return start !== undefined && processStart(Number(pid)) === start;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
