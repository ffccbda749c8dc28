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
