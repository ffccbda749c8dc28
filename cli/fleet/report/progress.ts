import { count } from "../../../verify/print";
import type { PassResult } from "../run/passes";
import type { Task } from "../run/plan";
import type { Progress } from "../run/schedule";
import { someOf } from "./text";

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

/** How a pass, a stack or a wave has ended. */
export type Result = "done" | "failed" | "skipped" | "interrupted";

const WORST_FIRST: readonly Result[] = ["failed", "interrupted", "skipped", "done"];

export function worstOf(states: readonly string[]): Result {
  return WORST_FIRST.find((worst) => states.includes(worst)) ?? "done";
}

/** A wave of a run, and how far it is. */
export interface WaveState {
  readonly wave: number;
  /** Number of waves. */
  readonly of: number;
  readonly stacks: readonly string[];
  /** Number of its stacks that are complete. */
  readonly complete: number;
  /** Stacks with a pass of this wave that failed; a stack of an earlier wave may have failed to sign. */
  readonly failed: readonly string[];
  /** Whether nothing of it has begun. */
  readonly untouched: boolean;
  readonly state: "pending" | "running" | Result;
}

/** Returns the waves of a run; none if it has no waves. */
export function waveStates(entries: readonly BoardEntry[]): WaveState[] {
  const waves = new Set(entries.flatMap(({ task: { wave } }) => wave ?? []));
  const inOrder = [...waves].sort((one, other) => one - other);
  return inOrder.map((wave) => {
    const own = entries.filter(({ task }) => task.wave === wave);
    const states: string[] = own.map(({ progress }) => progress.state);
    const untouched = !own.some(hasBegun);
    const isOpen = states.includes("pending") || states.includes("running");
    const isLast = ({ task: { pass } }: BoardEntry) => pass === "verify" || pass === "preview";
    const last = own.filter(isLast);
    return {
      wave,
      of: waves.size,
      stacks: last.map(({ task }) => task.stack),
      complete: last.filter(({ progress }) => progress.state === "done").length,
      failed: namesOf(own.filter(({ progress }) => progress.state === "failed")),
      untouched,
      state: isOpen ? (untouched ? "pending" : "running") : worstOf(states),
    };
  });
}

/** Describes that a wave begins, holds or fails; undefined if there is nothing to report. */
export function waveLine(waveState: WaveState): string | undefined {
  const { wave, of, stacks, failed, untouched, state } = waveState;
  if (untouched) return undefined;
  const which = `wave ${wave} of ${of}`;
  switch (state) {
    case "running":
      return `${which} begins: ${someOf(stacks)}`;
    case "done":
      return `${which} holds`;
    case "failed":
      return `${which} does not hold: ${someOf(failed)} failed${wave < of ? "; no later wave begins" : ""}`;
    default:
      return `${which} is interrupted`;
  }
}

/** Describes which stacks are in which wave, one line per wave. */
export function planText(waves: readonly WaveState[]): string[] {
  return waves.map(
    ({ wave, of, stacks }) =>
      `wave ${wave} of ${of}: ${count(stacks.length, "stack")} (${someOf(stacks)})`,
  );
}

export function hasBegun({ progress }: BoardEntry): boolean {
  if (progress.state === "interrupted") return progress.begun;
  return progress.state !== "pending" && progress.state !== "skipped";
}

function namesOf(entries: readonly BoardEntry[]): string[] {
  return [...new Set(entries.map(({ task }) => task.stack))];
}
