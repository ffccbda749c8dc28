import { join } from "node:path";
import type { SavedExport } from "./save";

/** What became of each file, one a line. */
export function savedLines({ files, deleted, left }: SavedExport, directory: string): string[] {
  return [
    ...files.map(({ path, state }) => `  √ ${join(directory, path)}: ${state}`),
    ...deleted.map((path) => `  √ ${join(directory, path)}: deleted, of an earlier export`),
    ...left.map(
      (path) =>
        `  ! ${join(directory, path)}: of an earlier export, not of this one, and changed since: delete it yourself`,
    ),
  ];
}
