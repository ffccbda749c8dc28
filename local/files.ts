import { mkdirSync, renameSync, writeFileSync } from "node:fs";

/** Creates a directory that only its owner can read. */
export function privateDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
}

/** Writes a file that only its owner can read; readers see either the old content or the complete new one. */
export function writePrivate(file: string, content: string): void {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, content, { mode: 0o600 });
  renameSync(temporary, file);
}
