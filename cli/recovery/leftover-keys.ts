import { lstatSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLines } from "../../host";

/** A kind of folder that earlier versions, when killed, left behind with private keys in clear. */
interface Kind {
  readonly name: RegExp;
  /** Whether a folder with such a name is one of ours that nobody needs. */
  readonly isLeft: (folder: string) => boolean;
}

const MINUTE = 60_000;

/** A component of ours in an URN. */
const OURS = "countersign:";

const PRIVATE_KEY = /-----BEGIN (EC |RSA )?PRIVATE KEY-----/;

const KINDS: readonly Kind[] = [
  // Event logs of `make up` and `make down`.
  { name: /^countersign-events-/, isLeft: () => true },
  // Those of the Automation API with a Pulumi CLI before 3.206. Other programs have such folders, too.
  {
    name: /^automation-logs-/,
    isLeft: (folder) => files(folder).some((file) => readFileSync(file, "latin1").includes(OURS)),
  },
  // Pairs for OpenSSL, of `countersign verify`. A folder that is in use is younger than a minute, and not always in an argument.
  {
    name: /^countersign-[A-Za-z0-9]{6}$/,
    isLeft: (folder) =>
      Date.now() - statSync(folder).mtimeMs > MINUTE &&
      files(folder).some((file) => PRIVATE_KEY.test(readFileSync(file, "latin1"))),
  },
];

/**
 * Deletes the folders with private keys in clear that killed runs of earlier versions left among the temporary files.
 * Those of other users, and those that a live process names in its arguments, are left alone.
 *
 * @param places folders for temporary files. @default - of this user and machine, on disk and in memory
 * @returns what was done, a clause each.
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
    return []; // not on this machine
  }
}

/** Whether it is a folder, and no link to one, of this user. */
function isOwn(folder: string): boolean {
  const entry = lstatSync(folder, { throwIfNoEntry: false });
  return entry?.isDirectory() === true && entry.uid === process.getuid?.();
}

function isLeft({ isLeft: decide }: Kind, folder: string): boolean {
  try {
    return decide(folder);
  } catch {
    return false; // removed meanwhile by the process that made it
  }
}

/** The plain files directly in a folder: nothing that would block or lead elsewhere is opened. */
function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(folder, name));
}
