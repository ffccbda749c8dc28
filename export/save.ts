import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { dirname, isAbsolute, join, posix } from "node:path";
import { z } from "zod";
import { CannotCheck, messageOf } from "../command/failure";
import { PrivateKeyFound, writePublicFile } from "../enrollment/files";
import { LIMITS, readFileText } from "../host";
import { holdsPrivateKey } from "../x509";

export interface ExportedFile {
  /** Path below the directory of the export, with slashes. */
  readonly path: string;
  /** A text, or bytes. */
  readonly content: string | Buffer;
  /** Whether only its owner can read it. */
  readonly isSecret: boolean;
}

export interface SavedExport {
  readonly files: readonly {
    readonly path: string;
    readonly state: "written" | "unchanged";
  }[];
  /** Files of earlier exports that are not in this one, and had not been changed. */
  readonly deleted: readonly string[];
  /** Files of earlier exports that are not in this one, and are kept because somebody changed them. */
  readonly left: readonly string[];
}

interface SaveOptions {
  /** Name of the file that records what was written, below the directory. */
  readonly record: string;
  /** Overwrites files that no export wrote, or that somebody has changed since. It never deletes such files. */
  readonly force: boolean;
}

/**
 * Writes an export into a directory, and deletes files left over from earlier exports. Files that no export wrote, or
 * that somebody has changed since, are left alone: if one is in the way, nothing is written at all.
 *
 * @throws CannotCheck, PrivateKeyFound
 */
export function saveExport(
  directory: string,
  files: readonly ExportedFile[],
  { record, force }: SaveOptions,
): SavedExport {
  for (const { path, content, isSecret } of files) {
    if (!isSecret && holdsPrivateKey(content.toString())) throw new PrivateKeyFound(path);
  }
  const before = readRecord(directory, record);
  const conflicts = files.flatMap((file) => conflictOf(directory, file, before, force) ?? []);
  if (conflicts.length > 0) {
    throw new CannotCheck(
      `nothing was written: ${conflicts.join("; ")}. Move it away, or export with --force`,
    );
  }
  const saved = files.map(({ path, ...file }) => {
    const place = join(directory, path);
    const isSame = existsSync(place) && readFileSync(place).equals(Buffer.from(file.content));
    try {
      if (file.isSecret) writeSecret(place, file.content, isSame);
      else if (!isSame) writePublicFile(place, file.content.toString());
    } catch (error) {
      throw new CannotCheck(`${place} cannot be written: ${messageOf(error)}`);
    }
    return { path, state: isSame ? ("unchanged" as const) : ("written" as const) };
  });
  const digests = new Map(files.map(({ path, content }) => [path, digestOf(content)]));
  const old = [...before].filter(
    ([path]) => !digests.has(path) && existsSync(join(directory, path)),
  );
  const [deleted, left] = partition(old, ([path, digest]) => wasAsWritten(directory, path, digest));
  for (const [path] of deleted) {
    try {
      remove(directory, path);
    } catch (error) {
      throw new CannotCheck(`${join(directory, path)} cannot be deleted: ${messageOf(error)}`);
    }
  }
  // The record comes last: if writing is interrupted, the next export finds the new files unchanged.
  writeRecord(directory, record, new Map([...left, ...digests]));
  const paths = (entries: typeof old) => entries.map(([path]) => path).sort();
  return { files: saved, deleted: paths(deleted), left: paths(left) };
}

/** Whether a file is unchanged. A file behind a symbolic link never counts: it is somewhere else. */
function wasAsWritten(directory: string, path: string, digest: string): boolean {
  const isPlain = parentsOf(path).every((parent) => {
    const found = lstatSync(join(directory, parent));
    return parent === path ? found.isFile() : found.isDirectory();
  });
  return isPlain && digestOf(readFileSync(join(directory, path))) === digest;
}

/** Deletes a file, and the directories that it leaves empty. */
function remove(directory: string, path: string): void {
  rmSync(join(directory, path));
  for (const parent of parentsOf(path).reverse().slice(1)) {
    if (readdirSync(join(directory, parent)).length > 0) return;
    rmdirSync(join(directory, parent));
  }
}

/** Returns a path's directories below that of the export, the outermost first, and the path itself. */
function parentsOf(path: string): string[] {
  return path.split("/").map((_, index, parts) => posix.join(...parts.slice(0, index + 1)));
}

function partition<T>(all: readonly T[], belongs: (each: T) => boolean): [T[], T[]] {
  const belonging = new Set(all.filter(belongs));
  return [[...belonging], all.filter((each) => !belonging.has(each))];
}

/** Returns the reason why a file must not be written. */
function conflictOf(
  directory: string,
  { path, content }: ExportedFile,
  before: ExportRecord,
  force: boolean,
): string | undefined {
  for (const parent of parentsOf(path)) {
    const place = join(directory, parent);
    const found = lstatSync(place, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    if (found.isSymbolicLink()) return `${place} is a symbolic link, which is never followed`;
    if (parent === path ? !found.isFile() : !found.isDirectory())
      return `${place} exists, but is something else`;
  }
  const place = join(directory, path);
  const current = readFileSync(place);
  if (force || current.equals(Buffer.from(content))) return undefined;
  const known = before.get(path);
  if (known === undefined) return `${place} exists, and no export wrote it`;
  return known === digestOf(current)
    ? undefined
    : `${place} has been changed since it was exported`;
}

/** Writes a secret file, in a directory that also only its owner can read. */
function writeSecret(place: string, content: string | Buffer, isSame: boolean): void {
  const directory = dirname(place);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  if (isSame) {
    chmodSync(place, 0o600);
    return;
  }
  const unfinished = `${place}.${process.pid}`;
  try {
    writeFileSync(unfinished, content, { mode: 0o600, flag: "wx" });
    renameSync(unfinished, place);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

const recordForm = z.object({
  format: z.literal(1),
  /** SHA-256 of what was written, by path. Files are deleted by these paths, so none may lead outside the directory. */
  files: z.record(
    z.string().refine((path) => !isAbsolute(path) && !path.split(/[/\\]/).includes("..")),
    z.string(),
  ),
});

/** Files that earlier exports wrote, by path: SHA-256 in hex. */
type ExportRecord = ReadonlyMap<string, string>;

/**
 * @param name name of the record, below the directory.
 * @throws CannotCheck if it is damaged: without it, nobody knows who wrote the files.
 */
function readRecord(directory: string, name: string): ExportRecord {
  const path = join(directory, name);
  if (!existsSync(path)) return new Map();
  try {
    const { files } = recordForm.parse(JSON.parse(readFileText(path, { limit: LIMITS.config })));
    return new Map(Object.entries(files));
  } catch {
    throw new CannotCheck(
      `${path} is not a record of an export: restore it, or delete it and export with --force`,
    );
  }
}

function writeRecord(directory: string, name: string, files: ExportRecord): void {
  const sorted = [...files].sort(([one], [other]) => (one < other ? -1 : 1));
  const content = { format: 1, files: Object.fromEntries(sorted) };
  writePublicFile(join(directory, name), `${JSON.stringify(content, null, 2)}\n`);
}

function digestOf(text: string | Buffer): string {
  return createHash("sha256").update(text).digest("hex");
}
