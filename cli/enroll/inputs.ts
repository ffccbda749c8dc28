import { lstatSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PrivateKeyFound, refusePrivateKey } from "../../enrollment/files";
import { decodeText, hasInvisible, quote } from "../../x509";
import { CannotCheck, messageOf } from "../failure";

/** A file as it was received. */
export interface Input {
  /** Its path, or `standard input`. */
  readonly origin: string;
  readonly text: string;
  /** Whether it was named, and not found in a directory that was named. */
  readonly named: boolean;
}

/** Bytes of the largest file that is read; none of those that travel comes near. */
const LARGEST_FILE = 1024 * 1024;
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
      throw new CannotCheck(`${path} cannot be read: ${messageOf(error)}`);
    }
  });
  return [...new Map(inputs.map((input) => [input.origin, input])).values()];
}

function filesIn(path: string): string[] {
  if (!lstatSync(path).isDirectory()) return [path];
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
  const bytes = readFileSync(file);
  refusePrivateKey(bytes, origin);
  const text = decodeText(bytes);
  if (bytes.length <= LARGEST_FILE) return { origin, text, named };
  if (!named) return { origin, text: "", named };
  throw new CannotCheck(
    `${origin} is larger than ${LARGEST_FILE / 1024} KiB: no file that travels is`,
  );
}
