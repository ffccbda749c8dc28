import { mkdtempSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atExit } from "../../../../command/at-exit";

/** A folder for this run that only its owner can read. It is created when it is first needed. */
export interface TemporaryFolder {
  readonly path: string;
  /** @returns the path of a new, empty folder in it. */
  subfolder(): string;
  /** Deletes everything. This also happens when the process exits. */
  remove(): void;
}

export function temporaryFolder(): TemporaryFolder {
  let made: { readonly path: string; readonly remove: () => void } | undefined;
  let count = 0;
  const make = () => {
    const path = mkdtempSync(join(tmpdir(), "countersign-report-"));
    return { path, remove: atExit(() => rmSync(path, { recursive: true, force: true })) };
  };
  const path = () => (made ??= make()).path;
  return {
    get path() {
      return path();
    },
    subfolder: () => {
      const folder = join(path(), String(++count));
      mkdirSync(folder);
      return folder;
    },
    remove: () => {
      made?.remove();
      made = undefined;
    },
  };
}
