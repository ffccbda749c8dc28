import { messageOf } from "../../../command/failure";
import type { Check } from "../../../verify/check";
import { sumOf, type Changes } from "../events";
import { DoesNotHold, PassFailed } from "../failure";
import type { Pass } from "../run/plan";
import type { Comparison } from "./comparison";
import {
  hasBegun,
  waveStates,
  worstOf,
  type BoardEntry,
  type Result,
  type WaveState,
} from "./progress";

/** Outcome of one pass. The order of the fields is that of `--json`. */
interface PassReport {
  readonly pass: Pass;
  readonly result: Result;
  readonly seconds: number;
  readonly changes: Changes;
  /** A remark for people; for a skipped pass, the reason. */
  readonly note?: string;
  /** Checks of a verification that fail. */
  readonly checks?: readonly Check[];
}

/** Outcome of one stack. The order of the fields is that of `--json`. */
export interface StackReport {
  readonly stack: string;
  /** Number of its wave. */
  readonly wave?: number;
  readonly passes: readonly PassReport[];
  /** Worst result of the passes. */
  readonly result: Result;
  readonly seconds: number;
  readonly changes: Changes;
  /** Reasons why its organizations wait, one sentence each. */
  readonly waiting: readonly string[];
  /** Error of the pass that failed. */
  readonly error?: string;
  /** What differs from what held before; a text says why this is not known. */
  readonly comparison?: Comparison | string;
}

/** Outcome of one wave. The order of the fields is that of `--json`. */
export interface WaveReport {
  readonly wave: number;
  readonly stacks: readonly string[];
  /** Worst result of its passes. */
  readonly result: Result;
  /** Stacks with a pass of this wave that failed. */
  readonly failed: readonly string[];
  /** Whether nothing in it was begun. */
  readonly untouched: boolean;
}

/** Numbers of a run. */
interface Summary {
  readonly stacks: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly interrupted: number;
  /** Stacks that are done and wait for others. */
  readonly waiting: number;
  readonly seconds: number;
}

export interface Report {
  readonly stacks: readonly StackReport[];
  /** @default - the run has no waves */
  readonly waves?: readonly WaveReport[];
  readonly summary: Summary;
}

/**
 * @param stacks the passes of each stack, after the run has ended.
 * @param seconds duration of the run.
 * @param comparisons of stacks that failed, by name.
 */
export function reportOf(
  stacks: ReadonlyMap<string, readonly BoardEntry[]>,
  seconds: number,
  comparisons: ReadonlyMap<string, Comparison | string> = new Map(),
): Report {
  const reports = [...stacks].map(([stack, entries]) => {
    const comparison = comparisons.get(stack);
    return { ...stackReport(stack, entries), ...(comparison !== undefined && { comparison }) };
  });
  const waves = waveStates([...stacks.values()].flat()).map(waveReport);
  const count = (result: Result) => reports.filter((each) => each.result === result).length;
  return {
    stacks: reports,
    ...(waves.length > 0 && { waves }),
    summary: {
      stacks: reports.length,
      done: count("done"),
      failed: count("failed"),
      skipped: count("skipped"),
      interrupted: count("interrupted"),
      waiting: reports.filter(({ result, waiting }) => result === "done" && waiting.length > 0)
        .length,
      seconds: rounded(seconds),
    },
  };
}

/** Returns the exit status: 0 if everything is done, else 1. */
export function exitStatus({ summary }: Report): 0 | 1 {
  return summary.done === summary.stacks ? 0 : 1;
}

function waveReport({ wave, stacks, state, failed, untouched }: WaveState): WaveReport {
  return { wave, stacks, result: resultOf(state), failed, untouched };
}

function resultOf(state: WaveState["state"]): Result {
  return state === "pending" || state === "running" ? "interrupted" : state;
}

function stackReport(stack: string, all: readonly BoardEntry[]): StackReport {
  // A stack is complete without signing for waves that never began.
  const entries = all.filter((entry) => entry.task.pass !== "sign" || hasBegun(entry));
  const passes = entries.map(passReport);
  const failure = entries.map(({ progress }) => progress).find(({ state }) => state === "failed");
  const last = entries
    .filter(({ task }) => task.pass !== "verify")
    .map(({ progress }) => progress)
    .findLast(({ state }) => state === "done");
  const wave = entries[0]?.task.wave;
  return {
    stack,
    ...(wave !== undefined && { wave }),
    passes,
    result: worstOf(passes.map(({ result }) => result)),
    seconds: rounded(entries.reduce((sum, { seconds = 0 }) => sum + seconds, 0)),
    changes: sumOf(passes.map(({ changes }) => changes)),
    waiting: last?.state === "done" ? last.result.waiting : [],
    ...(failure?.state === "failed" && { error: describeError(failure.error) }),
  };
}

function passReport({ task, progress, seconds = 0 }: BoardEntry): PassReport {
  const note = noteOf(progress);
  return {
    pass: task.pass,
    result: resultOf(progress.state),
    seconds: rounded(seconds),
    changes: progress.state === "done" ? progress.result.changes : {},
    ...(note !== undefined && { note }),
    ...(progress.state === "failed" &&
      progress.error instanceof DoesNotHold && { checks: progress.error.failed }),
  };
}

/** Returns the remark on a pass, besides its result. */
export function noteOf(progress: BoardEntry["progress"]): string | undefined {
  if (progress.state === "done") return progress.result.note;
  if (progress.state === "skipped") return `${progress.because} failed`;
  return progress.state === "interrupted" && !progress.begun ? "not started" : undefined;
}

/** Describes an error in the lines that matter. */
export function describeError(error: unknown): string {
  if (error instanceof PassFailed) return error.lines.join("\n");
  // A bug in Countersign, so its location matters.
  return error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

/** Renders the end of a run for programs. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
