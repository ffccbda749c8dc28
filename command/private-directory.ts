import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atExit } from "./at-exit";

/** A directory that only its owner may look into, for what another program can only read from a file. */
export interface PrivateDirectory {
  /** @returns the path of the file, which only its owner may read. */
  write(name: string, content: string | Buffer): string;
  /** Deletes everything. It happens by itself when the process ends. */
  remove(): void;
}

/**
 * Makes one, in memory where the machine has such a file system. A killed process leaves it, so a private key is written
 * into it only encrypted.
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
