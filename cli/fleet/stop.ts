const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How a run is stopped by signals. */
export interface Stop {
  /** Aborted by the first signal: nothing more is begun. */
  readonly stopping: AbortSignal;
  /** An `abort` event on it, each time that children are to be interrupted. */
  readonly interrupt: AbortSignal;
  /** Signals do again what they did before. */
  readonly end: () => void;
}

/**
 * Turns signals into an orderly end: the first lets the updates under way come to an end, the second ends them at once.
 *
 * Ctrl-C reaches the CLIs without us, since they belong to the terminal's process group. Sent once more it would make
 * them end at once, so the first SIGINT is not passed on; other signals reach only this process.
 *
 * @param say tells the user what happens.
 */
export function stopOnSignals(say: (text: string) => void): Stop {
  const stopping = new AbortController();
  const interrupt = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    const first = !stopping.signal.aborted;
    if (first) {
      stopping.abort();
      say("Stopping: no stack is begun any more, those under way come to an end. Again: at once.");
    }
    // Not aborted, which works only once; the Automation API interrupts the CLI at every event.
    if (!first || signal !== "SIGINT") interrupt.signal.dispatchEvent(new Event("abort"));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    stopping: stopping.signal,
    interrupt: interrupt.signal,
    end: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
