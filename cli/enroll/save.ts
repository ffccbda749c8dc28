import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { refusePrivateKey, writePublicFile } from "../../enrollment/files";
import { CannotCheck, messageOf } from "../failure";

/** A file that is to be there. */
export interface FileToWrite {
  /** Relative to the project's folder, or absolute. */
  readonly path: string;
  readonly text: string;
}

export interface SavedFile {
  readonly path: string;
  /** `unchanged` if the same bytes stood there already. */
  readonly state: "written" | "unchanged";
}

/**
 * Writes files, but none of them if one holds a private key.
 *
 * @param dryRun only says what would be.
 * @throws PrivateKeyFound
 * @throws CannotCheck if one cannot be written.
 */
export function save(
  files: readonly FileToWrite[],
  project: string,
  dryRun = false,
): readonly SavedFile[] {
  for (const { path, text } of files) refusePrivateKey(text, path);
  return files.map(({ path, text }) => {
    const place = resolve(project, path);
    try {
      if (existsSync(place) && readFileSync(place, "utf8") === text) {
        return { path, state: "unchanged" };
      }
      if (!dryRun) writePublicFile(place, text);
    } catch (error) {
      throw new CannotCheck(`${path} cannot be written: ${messageOf(error)}`);
    }
    return { path, state: "written" };
  });
}
