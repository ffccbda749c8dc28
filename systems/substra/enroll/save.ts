import { resolve } from "node:path";
import { refusePrivateKey, writePublicFile } from "../../../enrollment/files";
import { LIMITS, readFileText, whyNoFile } from "../../../host";
import { CannotCheck, messageOf } from "../../../command/failure";

/** A file to write. */
export interface FileToWrite {
  /** Relative to the project's folder, or absolute. */
  readonly path: string;
  readonly text: string;
}

export interface SavedFile {
  readonly path: string;
  /** `unchanged` if the file already had the same bytes. */
  readonly state: "written" | "unchanged";
}

/**
 * Writes files, but none of them if one contains a private key.
 *
 * @param dryRun whether to only report what would be written.
 * @throws PrivateKeyFound before anything is written.
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
      const problem = whyNoFile(place);
      if (problem === undefined && readFileText(place, { limit: LIMITS.config }) === text) {
        return { path, state: "unchanged" };
      }
      if (problem?.isMissing === false) throw problem;
      if (!dryRun) writePublicFile(place, text);
    } catch (error) {
      throw new CannotCheck(`${path} cannot be written: ${messageOf(error)}`);
    }
    return { path, state: "written" };
  });
}
