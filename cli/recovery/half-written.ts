import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Deletes empty attribute files in a file backend. The Pulumi CLI first creates such a file and then fills it. If it is
 * killed in between, the empty file makes the whole backend unreadable for every command (`error: EOF`). Nobody needs
 * the contents of these files (a checksum, a type).
 *
 * @param backend folder of the file backend, which nobody writes to now.
 * @returns the number of deleted files.
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
