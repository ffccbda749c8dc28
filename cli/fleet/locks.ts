import { hostname } from "node:os";
import { processStart } from "../../host";

/** Who holds a stack, as the backend says it: the process of an update, its host, and when it began (RFC 3339). */
export interface UpdateLock {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly since: string;
}

/** A stack cannot be updated now, because another update of it is under way or was killed. */
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
 * The locks that a refused update names.
 *
 * @param said what the Pulumi CLI printed.
 * @returns undefined if the update failed for another reason; empty if the backend does not say who holds the stack.
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
  // What the CLI prints can come in two copies, on its standard error and in an error's message.
  return [...new Map(locks.map((lock) => [JSON.stringify(lock), lock])).values()];
}

/** Whether everybody who holds the stack was a process of this machine that has ended without giving it back. */
export function areAbandoned(
  locks: readonly UpdateLock[],
  isRunning = (pid: number) => processStart(pid) !== undefined,
): boolean {
  return locks.length > 0 && locks.every(({ host, pid }) => host === hostname() && !isRunning(pid));
}

/** Says who holds the stack and what to do. */
export function describeLocks(stack: string, locks: readonly UpdateLock[]): string {
  const holders = locks.map(({ pid, host, since }) => `process ${pid} on ${host} since ${since}`);
  const who = holders.length === 0 ? "somebody else" : holders.join(" and ");
  return `stack ${stack} is being updated by ${who}: wait until it has ended, then \`countersign fleet up --resume\``;
}
