import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atExit } from "./at-exit";

/** A directory that only its owner can read, for content that another program can only read from a file. */
export interface PrivateDirectory {
  /** @returns the path of the file, which only its owner can read. */
  write(name: string, content: string | Buffer): string;
  /** Deletes everything. This also happens when the process ends. */
  remove(): void;
}

/**
 * Creates a private directory, in memory if the machine has such a file system. A killed process leaves it behind, so
 * private keys are only written into it encrypted.
 */
export function privateDirectory(): PrivateDirectory {
  const path = mkdtempSync(join(memoryOrDisk(), "countersign-"));
  const remove = atExit(() => rmSync(path, { recursive: true, force: true }));
  return {
    remove,
    write: (name, content) => {
      const file = join(path, name);
      writeFileSync(file, content, { mode: 0o600, flag: "wx" });
      return file;
    },
  };
}

function memoryOrDisk(): string {
  const candidates = [process.env.XDG_RUNTIME_DIR, "/dev/shm"];
  const writable = candidates.find((path) => path !== undefined && path !== "" && mayWrite(path));
  return writable ?? tmpdir();
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
