import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Deletes the files of attributes in a file backend that have nothing in them. Pulumi's CLI makes each of them first and fills
 * it then; one that was left empty by a kill in between makes the whole backend unreadable for every command (`error: EOF`).
 * What they hold (a checksum, a type) nobody needs.
 *
 * @param backend folder of the file backend, to which nobody writes now.
 * @returns how many there were.
 */
export function removeHalfWritten(backend: string): number {
  const folder = join(backend, ".pulumi");
  if (!existsSync(folder)) return 0;
  const empty = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".attrs"))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).size === 0);
  for (const path of empty) rmSync(path);
  return empty.length;
}
