import { mkdirSync, renameSync, writeFileSync } from "node:fs";

/** A directory that nobody but its owner may look into. */
export function privateDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
}

/** Writes a file that only its owner may read; readers see the old content or the whole new one. */
export function writePrivate(file: string, content: string): void {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, content, { mode: 0o600 });
  renameSync(temporary, file);
}
