import {
  chownSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** Files of a volume by path. */
export type Files = ReadonlyMap<string, Buffer>;

/** Access to the files of a volume. */
export interface Access {
  /** @default 0o600 */
  readonly mode?: number;
  /** Group of files and folders, which may enter the folders. @default - only this user has access */
  readonly group?: number | undefined;
}

const DATA = "..data";

/**
 * Lays a volume out like the kubelet, also over an earlier layout: files are links, through one link that is replaced
 * with all files at once, to a hidden folder (pkg/volume/util/atomic_writer.go).
 */
export function layOut(files: Files, directory: string, access: Access = {}): void {
  const before = linkIn(directory);
  const current = `..${before === undefined ? 1 : Number(before.slice(2)) + 1}`;
  makeFolder(directory, access);
  for (const [path, content] of files)
    writeMounted(join(directory, current, path), content, access);
  symlinkSync(current, join(directory, `${DATA}_tmp`));
  renameSync(join(directory, `${DATA}_tmp`), join(directory, DATA));
  const links = new Set(readdirSync(directory).filter((name) => !name.startsWith("..")));
  for (const path of files.keys())
    if (!links.delete(path)) symlinkSync(join(DATA, path), join(directory, path));
  for (const path of links) rmSync(join(directory, path));
  if (before !== undefined) rmSync(join(directory, before), { recursive: true });
}

/** Writes a file that is mounted by itself, without links. */
export function writeMounted(file: string, content: Buffer, access: Access = {}): void {
  makeFolder(dirname(file), access);
  writeFileSync(file, content, { mode: access.mode ?? 0o600 });
  if (access.group !== undefined) chownSync(file, process.getuid?.() ?? 0, access.group);
}

function makeFolder(folder: string, { group }: Access): void {
  if (
    mkdirSync(folder, { recursive: true, mode: group === undefined ? 0o700 : 0o750 }) === undefined
  )
    return;
  if (group !== undefined) chownSync(folder, process.getuid?.() ?? 0, group);
}

function linkIn(directory: string): string | undefined {
  try {
    return readlinkSync(join(directory, DATA));
  } catch {
    return undefined; // nothing is laid out yet
  }
}
