import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const pending = new Set<() => void>();
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Runs an action when this process ends, however it ends: by itself, by an error, or by a signal that can be caught.
 *
 * @param action is synchronous, and harmless if it runs twice.
 * @returns a function that runs it now instead.
 */
export function atExit(action: () => void): () => void {
  if (pending.size === 0) listen();
  pending.add(action);
  return () => {
    if (!pending.delete(action)) return;
    if (pending.size === 0) unlisten();
    action();
  };
}

function runAll(): void {
  for (const action of [...pending]) {
    pending.delete(action);
    action();
  }
}

/** Number of callers that decide what signals do. */
let deciders = 0;

/**
 * Lets the caller decide what signals do, as it has its own listeners for them. Until the returned function is called,
 * no signal ends this process here.
 */
export function decideOnSignals(): () => void {
  deciders++;
  return () => {
    deciders--;
  };
}

function onSignal(signal: NodeJS.Signals): void {
  if (deciders > 0) return;
  runAll();
  // The status that a shell reports for the signal; if it were raised again, another listener could swallow it.
  process.exit(128 + SIGNALS[signal as keyof typeof SIGNALS]);
}

function listen(): void {
  process.on("exit", runAll);
  for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);
}

function unlisten(): void {
  process.off("exit", runAll);
  for (const signal of Object.keys(SIGNALS)) process.off(signal, onSignal);
}

/** A directory that only its owner can read, for content that another program can only read from a file. */
export interface PrivateDirectory {
  /** @returns the path of the file, which only its owner can read. */
  write(name: string, content: string | Buffer): string;
  /** Deletes everything. This also happens when the process ends. */
  remove(): void;
}

/**
 * Creates a private directory, in memory if the machine has such a file system. A killed process leaves it behind, so
 * private keys are only written into it encrypted.
 */
export function privateDirectory(): PrivateDirectory {
  const path = mkdtempSync(join(memoryOrDisk(), "countersign-"));
  const remove = atExit(() => rmSync(path, { recursive: true, force: true }));
  return {
    remove,
    write: (name, content) => {
      const file = join(path, name);
      writeFileSync(file, content, { mode: 0o600, flag: "wx" });
      return file;
    },
  };
}

function memoryOrDisk(): string {
  const candidates = [process.env.XDG_RUNTIME_DIR, "/dev/shm"];
  const writable = candidates.find((path) => path !== undefined && path !== "" && mayWrite(path));
  return writable ?? tmpdir();
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
