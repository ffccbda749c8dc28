import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Deletes empty attribute files in a file backend. The Pulumi CLI first creates such a file and then fills it. If it is
 * killed in between, the empty file makes the whole backend unreadable for every command (`error: EOF`). Nobody needs
 * the contents of these files (a checksum, a type). Other backends store an object as a whole.
 *
 * @param backend folder of the file backend.
 * @param age time in ms since the last change of a file, after which nobody is still writing it. @default - nobody writes
 * to the backend now
 * @returns the number of deleted files.
 */
export function removeHalfWritten(backend: string, age = 0): number {
  const folder = join(backend, ".pulumi");
  if (!existsSync(folder)) return 0;
  const empty = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".attrs"))
    .map((name) => join(folder, name))
    .filter((path) => isLeft(path, age));
  for (const path of empty) rmSync(path, { force: true });
  return empty.length;
}

function isLeft(path: string, age: number): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  return status?.size === 0 && Date.now() - status.mtimeMs >= age;
}

/** Returns the folder of a file backend; undefined for other backends, and for one below a home directory (`file://~`). */
export function folderOfBackend(url: string | undefined): string | undefined {
  return url?.startsWith("file:///") === true ? fileURLToPath(url) : undefined;
}
