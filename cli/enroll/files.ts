import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { CannotCheck, messageOf } from "../../command/failure";
import { PrivateKeyFound, refusePrivateKey, writePublicFile } from "../../enrollment/files";
import {
  LIMITS,
  UnreadableFile,
  readAtMost,
  readFileBytes,
  readFileText,
  whyNoFile,
} from "../../host";
import { decodeText, hasInvisible, quote } from "../../x509";

/** A received file. */
export interface Input {
  /** Its path, or `standard input`. */
  readonly origin: string;
  readonly text: string;
  /** Whether it was named itself, not found in a directory that was named. */
  readonly named: boolean;
}

/** Size limit in bytes of files that are searched for private keys, which may be in files of any kind. */
const MOST_SEARCHED = 1024 * 1024;
/** Limit on the files in one directory, because nobody means to import the clone of a whole project. */
const MOST_FILES = 1000;

/**
 * Reads files, and the files in directories except hidden files and links.
 *
 * @param paths paths of files and directories; `-` is standard input.
 * @throws PrivateKeyFound if one contains a private key.
 * @throws CannotCheck if one cannot be read.
 */
export function readInputs(paths: readonly string[]): Input[] {
  const inputs = paths.flatMap((path) => {
    if (path === "-") return [readInput("standard input", 0, true)];
    try {
      const files = filesIn(path);
      return files.map((file) => readInput(file, file, file === path));
    } catch (error) {
      if (error instanceof PrivateKeyFound || error instanceof CannotCheck) throw error;
      if (error instanceof UnreadableFile) throw new CannotCheck(error.message);
      throw new CannotCheck(`${path} cannot be read: ${messageOf(error)}`);
    }
  });
  return [...new Map(inputs.map((input) => [input.origin, input])).values()];
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const found: string[] = [];
  const directories = [path];
  for (const directory of directories) {
    const entries = readdirSync(directory, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith("."))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    for (const entry of entries) {
      const place = join(directory, entry.name);
      if (hasInvisible(entry.name)) {
        throw new CannotCheck(
          `${quote(place)} has a name that cannot be shown: rename or remove it`,
        );
      }
      if (entry.isDirectory()) directories.push(place);
      else if (entry.isFile()) found.push(place);
    }
    if (found.length > MOST_FILES) {
      throw new CannotCheck(
        `${path} has more than ${MOST_FILES} files: name the directory or the files that were received`,
      );
    }
  }
  return found;
}

function readInput(origin: string, file: string | number, named: boolean): Input {
  const bytes = readBytes(origin, file);
  if (bytes === undefined) return leaveOut(origin, named);
  refusePrivateKey(bytes, origin);
  const text = decodeText(bytes);
  if (bytes.length <= LIMITS.exchanged) return { origin, text, named };
  return leaveOut(origin, named);
}

/** Reads a file; undefined if it is too long. */
function readBytes(origin: string, file: string | number): Buffer | undefined {
  try {
    return typeof file === "number"
      ? readAtMost(file, origin, MOST_SEARCHED)
      : readFileBytes(file, { limit: MOST_SEARCHED });
  } catch (error) {
    if (error instanceof UnreadableFile && error.why === "too-long") return undefined;
    throw error;
  }
}

/** Leaves out a file that is too long. @throws CannotCheck if it was named. */
function leaveOut(origin: string, named: boolean): Input {
  if (!named) return { origin, text: "", named };
  throw new CannotCheck(
    `${origin} is longer than ${LIMITS.exchanged / 1024} KiB, the limit for exchanged files`,
  );
}

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
