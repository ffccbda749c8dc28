import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atExit } from "../../../../command/at-exit";

/** Options for running another program. */
interface ProgramOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Its standard input. @default - nothing */
  readonly input?: string;
}

interface ProgramOutcome {
  readonly stdout: string;
  readonly stderr: string;
  /** Why it failed; undefined if it succeeded. */
  readonly failure: "missing" | "timeout" | "status" | undefined;
}

/** In milliseconds, for one run of a program. */
export const TIMEOUT = 60_000;

/** Runs a program until it ends. It is killed if this process exits, or after a minute. */
export function runProgram(
  program: string,
  args: readonly string[],
  { env = process.env, input = "" }: ProgramOptions = {},
): Promise<ProgramOutcome> {
  return new Promise((resolve) => {
    const options = { env, timeout: TIMEOUT, killSignal: "SIGKILL", maxBuffer: 256 << 20 } as const;
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      forget();
      resolve({ stdout, stderr, failure: failureOf(error) });
    });
    const forget = atExit(() => child.kill("SIGKILL"));
    child.stdin?.on("error", () => undefined); // it may end before it has read all
    child.stdin?.end(input);
  });
}

function failureOf(
  error: (Error & { code?: unknown; killed?: boolean }) | null,
): ProgramOutcome["failure"] {
  if (error === null) return undefined;
  if (error.code === "ENOENT") return "missing";
  return error.killed === true ? "timeout" : "status";
}

/** A folder for this run that only its owner can read. It is created when it is first needed. */
export interface TemporaryFolder {
  readonly path: string;
  /** @returns the path of a new, empty folder in it. */
  subfolder(): string;
  /** Deletes everything. This also happens when the process exits. */
  remove(): void;
}

export function temporaryFolder(): TemporaryFolder {
  let made: { readonly path: string; readonly remove: () => void } | undefined;
  let count = 0;
  const make = () => {
    const path = mkdtempSync(join(tmpdir(), "countersign-report-"));
    return { path, remove: atExit(() => rmSync(path, { recursive: true, force: true })) };
  };
  const path = () => (made ??= make()).path;
  return {
    get path() {
      return path();
    },
    subfolder: () => {
      const folder = join(path(), String(++count));
      mkdirSync(folder);
      return folder;
    },
    remove: () => {
      made?.remove();
      made = undefined;
    },
  };
}

/** A chart or its manifests are not available; the message is a clause that says why. */
export class Unavailable extends Error {
  override readonly name: string = "Unavailable";
}

/** There is no Helm, so no chart can be rendered. */
export class NoHelm extends Unavailable {
  override readonly name = "NoHelm";
}

/** Returns a function that does work with the same key only once, even if it is requested again before it is done. */
export function once<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const begun = new Map<string, Promise<T>>();
  return (key, work) => {
    const known = begun.get(key);
    if (known) return known;
    const promise = work();
    begun.set(key, promise);
    return promise;
  };
}
