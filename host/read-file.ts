import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
  type Stats,
} from "node:fs";
import { sep } from "node:path";
import { decodeText } from "../x509/text";

const KIB = 1024;
const MIB = 1024 * KIB;

/** Largest size in bytes for each kind of file that people name, far above any real file. */
export const LIMITS = {
  /**
   * PEM and YAML that stacks exchange. The time to read YAML grows with the square of a map's keys, which the parser
   * compares with each other: 64 KiB of them take half a second, 2 MiB take 26.
   */
  exchanged: 64 * KIB,
  /** Configuration: stack files, manifests, Chart.yaml, templates, kubeconfigs, records of an earlier run. */
  config: 4 * MIB,
  /** Outputs of a stack, as JSON. */
  outputs: 64 * MIB,
  /** A saved preview, which contains the whole state. V8 cannot hold much longer texts. */
  preview: 256 * MIB,
} as const;

interface ReadOptions {
  /** Largest number of bytes that are read. */
  readonly limit: number;
  /** A folder that links must not lead out of. @default - links are followed: somebody named this very file */
  readonly within?: string;
}

/**
 * Thrown for a path without a readable file. Its message is a sentence about the path, and quotes nothing of the
 * content.
 */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
  constructor(
    path: string,
    /** The end of a sentence about the path: `is a named pipe, not a file`. */
    readonly predicate: string,
    /** Whether the path does not exist, or the content is too long. */
    readonly why: "missing" | "too-long" | "other" = "other",
  ) {
    super(`${path} ${predicate}`);
  }

  get isMissing(): boolean {
    return this.why === "missing";
  }
}

/**
 * Reads a regular file that people named, or one in a folder that they named. It opens the file without blocking (a
 * named pipe has no end, and a terminal no beginning), examines what it has opened, and reads no more than the limit.
 *
 * @throws UnreadableFile
 */
export function readFileBytes(path: string, { limit, within }: ReadOptions): Buffer {
  // Checked before it is opened, since opening alone affects some devices.
  refuseOtherKinds(
    path,
    failing(path, () => statSync(path)),
  );
  if (within !== undefined) refuseOutside(path, within);
  const file = failing(path, () => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
  try {
    const found = fstatSync(file);
    refuseOtherKinds(path, found);
    if (found.size > limit) throw tooLong(path, limit);
    return readAtMost(file, path, limit);
  } finally {
    closeSync(file);
  }
}

/**
 * Reads the text of a regular file, in UTF-8 or in UTF-16 with a byte order mark.
 *
 * @throws UnreadableFile
 */
export function readFileText(path: string, options: ReadOptions): string {
  return decodeText(readFileBytes(path, options));
}

/**
 * Reads an open file to its end. The file may have grown, and standard input reports no size.
 *
 * @throws UnreadableFile if there is more than the limit.
 */
export function readAtMost(file: number, called: string, limit: number): Buffer {
  const chunks: Buffer[] = [];
  for (let length = 0; length <= limit;) {
    const chunk = Buffer.allocUnsafe(Math.min(64 * KIB, limit + 1 - length));
    const count = readSome(file, chunk, called);
    if (count === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, count));
    length += count;
  }
  throw tooLong(called, limit);
}

/** Explains why a path is not a regular file; undefined if it is one. */
export function whyNoFile(path: string): UnreadableFile | undefined {
  try {
    refuseOtherKinds(
      path,
      failing(path, () => statSync(path)),
    );
    return undefined;
  } catch (error) {
    if (error instanceof UnreadableFile) return error;
    throw error;
  }
}

function readSome(file: number, chunk: Buffer, called: string): number {
  for (;;) {
    try {
      return readSync(file, chunk);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return 0;
      // Standard input is a pipe that somebody opened without blocking, and that has no data yet.
      if (code !== "EAGAIN") throw new UnreadableFile(called, `cannot be read (${code ?? "?"})`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function refuseOtherKinds(path: string, found: Stats): void {
  if (!found.isFile()) throw new UnreadableFile(path, `is ${kindOf(found)}, not a file`);
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return "a folder";
  if (found.isFIFO()) return "a named pipe";
  return found.isSocket() ? "a socket" : "a device";
}

function refuseOutside(path: string, within: string): void {
  const [real, folder] = failing(path, () => [realpathSync(path), realpathSync(within)] as const);
  if (real.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`)) return;
  throw new UnreadableFile(path, `is a link to ${real}, outside of ${within}`);
}

function tooLong(path: string, limit: number): UnreadableFile {
  const [unit, name] =
    limit % MIB === 0 ? [MIB, "MiB"] : limit % KIB === 0 ? [KIB, "KiB"] : [1, "bytes"];
  return new UnreadableFile(path, `is longer than ${limit / unit} ${name}`, "too-long");
}

function failing<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const { code = "?" } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR") throw new UnreadableFile(path, "does not exist", "missing");
    if (code === "ENOENT") {
      const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
      throw isLink
        ? new UnreadableFile(path, "is a broken link", "missing")
        : new UnreadableFile(path, "does not exist", "missing");
    }
    throw new UnreadableFile(path, REASONS[code] ?? `cannot be read (${code})`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "cannot be read: permission denied",
  ELOOP: "is a circular link",
  ENXIO: "is a socket, not a file",
};
