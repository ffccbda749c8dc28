import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MS = 60_000;

/** Waits for a condition that a server reaches in its own time. */
export async function eventually(what: string, condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`gave up waiting until ${what}`);
    await sleep(50);
  }
}
