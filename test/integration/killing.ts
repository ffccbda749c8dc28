import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Ends a process group at once, without a chance to tidy up, but not while its Pulumi CLI writes to its file backend.
 * The CLI makes the file of an object's attributes (`*.attrs`) first and fills it then. One that has stayed empty makes
 * the whole backend unreadable for every command (`error: EOF`), until somebody deletes it.
 *
 * @param backend folder of the file backend.
 */
export async function killBetweenWrites(group: number, backend: string): Promise<void> {
  for (;;) {
    process.kill(-group, "SIGSTOP");
    await sleep(100); // until all of its threads stand still
    if (!hasEmptyFiles(join(backend, ".pulumi"))) break;
    process.kill(-group, "SIGCONT");
    await sleep(20);
  }
  process.kill(-group, "SIGKILL");
}

function hasEmptyFiles(folder: string): boolean {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(join(folder, name)))
    .some((entry) => entry.isFile() && entry.size === 0);
}
