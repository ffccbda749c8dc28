import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { PrivateKeyFound, refusePrivateKey } from "../../../enrollment/files";
import { LIMITS, UnreadableFile, readAtMost, readFileBytes } from "../../../host";
import { decodeText, hasInvisible, quote } from "../../../x509";
import { CannotCheck, messageOf } from "../../../command/failure";

/** A file as it was received. */
export interface Input {
  /** Its path, or `standard input`. */
  readonly origin: string;
  readonly text: string;
  /** Whether it was named, and not found in a directory that was named. */
  readonly named: boolean;
}

/** Bytes of the largest file that is searched for private keys, which may be in files of other kinds too. */
const MOST_SEARCHED = 1024 * 1024;
/** Files in one directory: a clone of a whole project was surely not meant. */
const MOST_FILES = 1000;

/**
 * Reads files, and the files of directories. Hidden ones and links in a directory are left out.
 *
 * @param paths of them; `-` is standard input.
 * @throws PrivateKeyFound if one holds a private key.
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
        throw new CannotCheck(`${quote(place)} has a name that cannot be shown: what is it?`);
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

/** Undefined if there is too much of it. */
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

/** @throws CannotCheck of one that was named. */
function leaveOut(origin: string, named: boolean): Input {
  if (!named) return { origin, text: "", named };
  throw new CannotCheck(
    `${origin} is longer than ${LIMITS.exchanged / 1024} KiB: no file that travels is`,
  );
}
