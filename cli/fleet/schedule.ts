/** Something to do, and what must come before it. */
export interface Step {
  readonly id: string;
  /** Steps without whose success this one is skipped. */
  readonly needs: readonly string[];
  /** Steps that must have ended, in whatever way. */
  readonly after: readonly string[];
}

/** How far a step is. */
export type Progress<R> =
  | { readonly state: "pending" }
  | { readonly state: "running" }
  | { readonly state: "done"; readonly result: R }
  | { readonly state: "failed"; readonly error: unknown }
  /** Not begun, because of a step that failed. */
  | { readonly state: "skipped"; readonly because: string }
  /** Begun or not, it was the user who stopped it. */
  | { readonly state: "interrupted"; readonly begun: boolean };

export interface ScheduleOptions<S extends Step, R> {
  /** How many steps may run at a time. */
  readonly parallel: number;
  readonly run: (step: S) => Promise<R>;
  /** When it is aborted nothing more is begun, and what fails from then on counts as interrupted. */
  readonly stopping: AbortSignal;
  /** Called at every change, also at the end. */
  readonly onChange?: (step: S, progress: Progress<R>) => void;
}

/**
 * Runs steps as early as what they wait for allows, in the order given. A failure skips what needs it; everything else
 * is carried on.
 *
 * @param steps without cycles; every id that one names is another's.
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

/** The step that failed first on the way to this one. */
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
