import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Kills a process group, without a chance to clean up, but not while its Pulumi CLI writes to its file backend. The CLI
 * first creates the file with an object's attributes (`*.attrs`) and then fills it. If it stays empty, every command
 * fails to read the whole backend (`error: EOF`) until the file is deleted.
 *
 * @param backend the file backend's folder.
 */
export async function killBetweenWrites(group: number, backend: string): Promise<void> {
  for (;;) {
    process.kill(-group, "SIGSTOP");
    await sleep(100); // until all of its threads have stopped
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
