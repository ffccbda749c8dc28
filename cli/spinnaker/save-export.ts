import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, posix } from "node:path";
import { refusePrivateKey, writePublicFile } from "../../enrollment/files";
import { CannotCheck, messageOf } from "../failure";
import { digestOf, readRecord, writeRecord, type ExportRecord } from "./export-record";
import type { ExportedFile } from "./exported-files";

/** What became of an export. */
export interface SavedExport {
  readonly files: readonly {
    readonly path: string;
    readonly state: "written" | "unchanged";
  }[];
  /** Files of earlier exports that are not in this one, and still there. */
  readonly left: readonly string[];
}

/**
 * Writes an export into a directory. Files that nobody of us wrote, or that somebody changed since, are left alone: then
 * nothing is written at all.
 *
 * @param force overwrites them.
 * @throws CannotCheck, PrivateKeyFound
 */
export function saveExport(
  directory: string,
  files: readonly ExportedFile[],
  force: boolean,
): SavedExport {
  for (const { path, text, isSecret } of files) if (!isSecret) refusePrivateKey(text, path);
  const before = readRecord(directory);
  const conflicts = files.flatMap((file) => conflictOf(directory, file, before, force) ?? []);
  if (conflicts.length > 0) {
    throw new CannotCheck(
      `nothing was written: ${conflicts.join("; ")}. Move it away, or export with --force`,
    );
  }
  const saved = files.map(({ path, ...file }) => {
    const place = join(directory, path);
    const isSame = existsSync(place) && readFileSync(place, "utf8") === file.text;
    try {
      if (file.isSecret) writeSecret(place, file.text, isSame);
      else if (!isSame) writePublicFile(place, file.text);
    } catch (error) {
      throw new CannotCheck(`${place} cannot be written: ${messageOf(error)}`);
    }
    return { path, state: isSame ? ("unchanged" as const) : ("written" as const) };
  });
  const digests = new Map(files.map(({ path, text }) => [path, digestOf(text)]));
  const old = [...before].filter(
    ([path]) => !digests.has(path) && existsSync(join(directory, path)),
  );
  // Last: until then, what is there already counts as unchanged.
  writeRecord(directory, new Map([...old, ...digests]));
  return { files: saved, left: old.map(([path]) => path).sort() };
}

/** Why a file may not be written. */
function conflictOf(
  directory: string,
  { path, text }: ExportedFile,
  before: ExportRecord,
  force: boolean,
): string | undefined {
  const parents = path
    .split("/")
    .map((_, index, parts) => posix.join(...parts.slice(0, index + 1)));
  for (const parent of parents) {
    const place = join(directory, parent);
    const found = lstatSync(place, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    if (found.isSymbolicLink()) return `${place} is a symbolic link, which is never followed`;
    if (parent === path ? !found.isFile() : !found.isDirectory())
      return `${place} is there, as something else`;
  }
  const place = join(directory, path);
  const current = readFileSync(place);
  if (force || current.toString("utf8") === text) return undefined;
  const known = before.get(path);
  if (known === undefined) return `${place} is there, and no export wrote it`;
  return known === digestOf(current) ? undefined : `${place} was changed since it was exported`;
}

/** Its directory, too, is its owner's alone. */
function writeSecret(place: string, text: string, isSame: boolean): void {
  const directory = dirname(place);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  if (isSame) {
    chmodSync(place, 0o600);
    return;
  }
  const unfinished = `${place}.${process.pid}`;
  try {
    writeFileSync(unfinished, text, { mode: 0o600, flag: "wx" });
    renameSync(unfinished, place);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
