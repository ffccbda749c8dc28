import { lstatSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLines } from "../../host";

/** A kind of folder with unencrypted private keys that earlier versions left behind when they were killed. */
interface Kind {
  readonly name: RegExp;
  /** Whether a folder with such a name was created by Countersign and is no longer needed. */
  readonly isLeft: (folder: string) => boolean;
}

const MINUTE = 60_000;

/** Part of the URN of every Countersign component. */
const OURS = "countersign:";

const PRIVATE_KEY = /-----BEGIN (EC |RSA )?PRIVATE KEY-----/;

const KINDS: readonly Kind[] = [
  // Event logs of `make up` and `make down`.
  { name: /^countersign-events-/, isLeft: () => true },
  // Event logs of the Automation API with a Pulumi CLI before 3.206. Other programs create such folders, too.
  {
    name: /^automation-logs-/,
    isLeft: (folder) => files(folder).some((file) => readFileSync(file, "latin1").includes(OURS)),
  },
  // Certificates and keys that `countersign verify` passed to OpenSSL. A folder in use is less than a minute old, and
  // not always among a process's arguments.
  {
    name: /^countersign-[A-Za-z0-9]{6}$/,
    isLeft: (folder) =>
      Date.now() - statSync(folder).mtimeMs > MINUTE &&
      files(folder).some((file) => PRIVATE_KEY.test(readFileSync(file, "latin1"))),
  },
];

/**
 * Deletes the folders with unencrypted private keys that killed runs of earlier versions left among the temporary
 * files. It ignores folders of other users, and folders that a live process names in its arguments.
 *
 * @param places folders for temporary files. @default - those of this user and machine, on disk and in memory
 * @returns what was done, one clause per folder.
 */
export function removeLeftoverKeys(places: readonly string[] = temporaryPlaces()): string[] {
  const found = [...new Set(places)].flatMap((place) =>
    namesIn(place).flatMap((name) => {
      const kind = KINDS.find((each) => each.name.test(name));
      const folder = join(place, name);
      return kind !== undefined && isOwn(folder) && isLeft(kind, folder) ? [{ name, folder }] : [];
    }),
  );
  if (found.length === 0) return [];
  const running = commandLines();
  const unused = found.filter(({ name }) => !running.some((line) => line.includes(name)));
  for (const { folder } of unused) rmSync(folder, { recursive: true, force: true });
  return unused.map(
    ({ folder }) =>
      `removed ${folder}, which a killed run of an earlier version left with private keys`,
  );
}

function temporaryPlaces(): string[] {
  const { XDG_RUNTIME_DIR = "" } = process.env;
  return [tmpdir(), "/dev/shm", ...(XDG_RUNTIME_DIR === "" ? [] : [XDG_RUNTIME_DIR])];
}

function namesIn(place: string): string[] {
  try {
    return readdirSync(place);
  } catch {
    return []; // does not exist on this machine
  }
}

/** Whether it is a folder of this user, and not a link to one. */
function isOwn(folder: string): boolean {
  const entry = lstatSync(folder, { throwIfNoEntry: false });
  return entry?.isDirectory() === true && entry.uid === process.getuid?.();
}

function isLeft({ isLeft: decide }: Kind, folder: string): boolean {
  try {
    return decide(folder);
  } catch {
    return false; // removed in the meantime by the process that created it
  }
}

/** Returns the regular files directly in a folder, so that nothing is opened that blocks or leads elsewhere. */
function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(folder, name));
}
