const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Signal handling of a run. */
export interface Stop {
  /** Aborted by the first signal: no new stack starts. */
  readonly stopping: AbortSignal;
  /** Gets an `abort` event each time that child processes must be interrupted. */
  readonly interrupt: AbortSignal;
  /** Restores the previous handling of signals. */
  readonly end: () => void;
}

/**
 * Stops a run in an orderly way: the first signal lets running updates finish, the second aborts them.
 *
 * Ctrl-C reaches the CLIs directly, since they belong to the terminal's process group. A second one would make them
 * abort, so the first SIGINT is not passed on. Other signals reach only this process.
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
      say("Stopping: no new stack starts, running updates finish. Interrupt again to abort them.");
    }
    // An event instead of abort(), which works only once: the Automation API interrupts the CLI on every event.
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
