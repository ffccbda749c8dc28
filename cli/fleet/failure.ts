import { hostname } from "node:os";
import { CannotCheck } from "../../command/failure";
import { processStart } from "../../host";
import type { Check } from "../../verify/check";

/** Thrown if the fleet was not started: the message says what is wrong and what to do. Exit status 2. */
export class CannotStart extends CannotCheck {}

/** Thrown if a pass of a stack failed. It contains the lines that people need; the stack's log has all of them. */
export class PassFailed extends Error {
  override readonly name = "PassFailed";

  constructor(readonly lines: readonly string[]) {
    super(lines.join("\n"));
  }
}

/** Thrown if what a stack deployed does not hold. */
export class DoesNotHold extends PassFailed {
  /** @param failed the checks that fail. */
  constructor(
    lines: readonly string[],
    readonly failed: readonly Check[],
  ) {
    super(lines);
  }
}

/** The holder of a stack's lock, as the backend reports it: an update's process, its host, and its start (RFC 3339). */
interface UpdateLock {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly since: string;
}

/** Thrown if a stack cannot be updated now, because another update of it is running or was killed. */
export class StackLocked extends Error {
  override readonly name = "StackLocked";

  constructor(readonly locks: readonly UpdateLock[]) {
    super("the stack is locked");
  }
}

const HELD = [
  "the stack is currently locked by", // backends without a service: files, object stores
  "Another update is currently in progress", // Pulumi Cloud
];

/**
 * Returns the locks that a refused update names.
 *
 * @param said the output of the Pulumi CLI.
 * @returns undefined if the update failed for another reason; empty if the backend does not report who holds the lock.
 */
export function locksIn(said: string): UpdateLock[] | undefined {
  if (!HELD.some((text) => said.includes(text))) return undefined;
  const found = said.matchAll(/: created by (.+?)@(\S+) \(pid (\d+)\) at (\S+)/g);
  const locks = [...found].map(([, user = "", host = "", pid, since = ""]) => ({
    user,
    host,
    pid: Number(pid),
    since,
  }));
  // The CLI's output may be there twice: from its standard error, and in an error's message.
  return [...new Map(locks.map((lock) => [JSON.stringify(lock), lock])).values()];
}

/** Whether all locks belong to processes of this machine that have ended without releasing them. */
export function areAbandoned(
  locks: readonly UpdateLock[],
  isRunning = (pid: number) => processStart(pid) !== undefined,
): boolean {
  return locks.length > 0 && locks.every(({ host, pid }) => host === hostname() && !isRunning(pid));
}

/** Describes who holds the stack's lock and what to do. */
export function describeLocks(stack: string, locks: readonly UpdateLock[]): string {
  const holders = locks.map(({ pid, host, since }) => `process ${pid} on ${host} since ${since}`);
  const who = holders.length === 0 ? "somebody else" : holders.join(" and ");
  const wait = `stack ${stack} is being updated by ${who}: wait until it has ended, then run \`countersign fleet up --resume\``;
  // A process of this host is known to be running.
  const isHere = locks.length > 0 && locks.every(({ host }) => host === hostname());
  return isHere ? wait : `${wait}; if it was killed, run \`pulumi cancel ${stack}\` first`;
}
