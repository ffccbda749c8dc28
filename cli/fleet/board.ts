import type { PassResult } from "./passes";
import type { Task } from "./plan";
import type { Progress } from "./schedule";

/** Current state of one pass of a stack. */
export interface BoardEntry {
  readonly task: Task;
  readonly progress: Progress<PassResult>;
  /** Running time so far, or in total once it has ended. @default - it has not begun */
  readonly seconds?: number;
  /** The latest operation on one of its resources. */
  readonly step?: string;
}

/** Current states of all passes, with their times. */
export class Board {
  private readonly entries: Map<string, Omit<BoardEntry, "seconds">>;
  private readonly begun = new Map<string, number>();
  private readonly ended = new Map<string, number>();

  /** @param clock returns milliseconds. */
  constructor(
    tasks: readonly Task[],
    private readonly clock: () => number = Date.now,
  ) {
    this.entries = new Map(
      tasks.map((task) => [task.id, { task, progress: { state: "pending" } }]),
    );
  }

  change(task: Task, progress: Progress<PassResult>): BoardEntry {
    if (progress.state === "running") this.begun.set(task.id, this.clock());
    else if (this.begun.has(task.id)) this.ended.set(task.id, this.clock());
    this.entries.set(task.id, { task, progress });
    return this.entryOf(task.id, { task, progress });
  }

  step(task: Task, step: string): void {
    const entry = this.entries.get(task.id);
    if (entry?.progress.state === "running") this.entries.set(task.id, { ...entry, step });
  }

  /** Returns the passes of each stack in their order, with the stacks in the given order. */
  byStack(stacks: readonly string[]): ReadonlyMap<string, readonly BoardEntry[]> {
    const all = [...this.entries].map(([id, entry]) => this.entryOf(id, entry));
    return new Map(stacks.map((name) => [name, all.filter(({ task }) => task.stack === name)]));
  }

  private entryOf(id: string, entry: Omit<BoardEntry, "seconds">): BoardEntry {
    const begun = this.begun.get(id);
    if (begun === undefined) return entry;
    return { ...entry, seconds: ((this.ended.get(id) ?? this.clock()) - begun) / 1000 };
  }
}
