const pending = new Set<() => void>();
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Has something done however this process ends: by itself, by an error, or by a signal that can be caught.
 *
 * @param action synchronous, and harmless when done twice.
 * @returns does it now instead.
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

function onSignal(signal: NodeJS.Signals): void {
  runAll();
  // As a shell would report the signal; re-raising it could be swallowed by another listener.
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
