import { join } from "node:path";
import { count } from "../verify/print";
import type { SavedExport } from "./save";

/** Describes what an export did, and what to do next. */
export function exportText(
  what: string,
  saved: SavedExport,
  directory: string,
  next: readonly string[],
): string {
  return [
    `${count(saved.files.length, "file")} for ${what}`,
    ...savedLines(saved, directory),
    "",
    "Next:",
    ...next.map((step) => `  - ${step}`),
    "",
  ].join("\n");
}

/** Describes what happened to each file, one on each line. */
function savedLines({ files, deleted, left }: SavedExport, directory: string): string[] {
  return [
    ...files.map(({ path, state }) => `  √ ${join(directory, path)}: ${state}`),
    ...deleted.map(
      (path) => `  √ ${join(directory, path)}: deleted, left over from an earlier export`,
    ),
    ...left.map(
      (path) =>
        `  ! ${join(directory, path)}: left over from an earlier export, and changed since: delete it yourself`,
    ),
  ];
}
