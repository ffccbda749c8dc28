/** A step of a schedule, and the steps that must come before it. */
export interface Step {
  readonly id: string;
  /** Steps that must succeed; otherwise this one is skipped. */
  readonly needs: readonly string[];
  /** Steps that must have ended, whether or not they succeeded. */
  readonly after: readonly string[];
}

/** Progress of a step. */
export type Progress<R> =
  | { readonly state: "pending" }
  | { readonly state: "running" }
  | { readonly state: "done"; readonly result: R }
  | { readonly state: "failed"; readonly error: unknown }
  /** Not begun, because a step that it needs failed. */
  | { readonly state: "skipped"; readonly because: string }
  /** Stopped by the user, whether or not it had begun. */
  | { readonly state: "interrupted"; readonly begun: boolean };

interface ScheduleOptions<S extends Step, R> {
  /** Largest number of steps that run at a time. */
  readonly parallel: number;
  readonly run: (step: S) => Promise<R>;
  /** Once it is aborted, no step begins, and steps that fail count as interrupted. */
  readonly stopping: AbortSignal;
  /** Called on every change, including those at the end. */
  readonly onChange?: (step: S, progress: Progress<R>) => void;
}

/**
 * Runs steps in the given order, each as soon as the steps that it waits for allow. If a step fails, the steps that
 * need it are skipped; all others continue.
 *
 * @param steps steps without cycles; every id that one of them names exists.
 */
export async function schedule<S extends Step, R>(
  steps: readonly S[],
  { parallel, run, stopping, onChange }: ScheduleOptions<S, R>,
): Promise<ReadonlyMap<string, Progress<R>>> {
  const progress = new Map<string, Progress<R>>(steps.map(({ id }) => [id, { state: "pending" }]));
  const running = new Set<Promise<void>>();
  const set = (step: S, now: Progress<R>) => {
    progress.set(step.id, now);
    onChange?.(step, now);
  };
  const pending = () => steps.filter(({ id }) => progress.get(id)?.state === "pending");

  const begin = (step: S) => {
    set(step, { state: "running" });
    const ended = run(step).then(
      (result) => set(step, { state: "done", result }),
      (error: unknown) =>
        set(
          step,
          stopping.aborted ? { state: "interrupted", begun: true } : { state: "failed", error },
        ),
    );
    const tracked = ended.finally(() => running.delete(tracked));
    running.add(tracked);
  };

  for (;;) {
    for (const step of pending()) {
      const because = causeOfSkipping(step, progress);
      if (because !== undefined) set(step, { state: "skipped", because });
    }
    for (const step of pending()) {
      if (stopping.aborted || running.size >= parallel) break;
      if (isReady(step, progress)) begin(step);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  for (const step of pending()) set(step, { state: "interrupted", begun: false });
  return progress;
}

/** Returns the failed step because of which this one is skipped. */
function causeOfSkipping(
  step: Step,
  progress: ReadonlyMap<string, Progress<unknown>>,
): string | undefined {
  for (const id of step.needs) {
    const needed = progress.get(id);
    if (needed?.state === "failed") return id;
    if (needed?.state === "skipped") return needed.because;
  }
  return undefined;
}

function isReady(step: Step, progress: ReadonlyMap<string, Progress<unknown>>): boolean {
  const stateOf = (id: string) => progress.get(id)?.state;
  return (
    step.needs.every((id) => stateOf(id) === "done") &&
    step.after.every((id) => ["done", "failed", "skipped"].includes(stateOf(id) ?? "done"))
  );
}
