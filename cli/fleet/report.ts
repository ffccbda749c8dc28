import { messageOf } from "../../command/failure";
import type { BoardEntry } from "./board";
import { sumOf, type Changes } from "./events";
import { PassFailed } from "./failure";
import type { Pass } from "./plan";
import { SIGNS, changesText, columns, duration, indented } from "./text";

type Result = "done" | "failed" | "skipped" | "interrupted";

/** Outcome of one pass. The order of the fields is that of `--json`. */
interface PassReport {
  readonly pass: Pass;
  readonly result: Result;
  readonly seconds: number;
  readonly changes: Changes;
  /** A remark for people; for a skipped pass, the reason. */
  readonly note?: string;
}

/** Outcome of one stack. The order of the fields is that of `--json`. */
interface StackReport {
  readonly stack: string;
  readonly passes: readonly PassReport[];
  /** Worst result of the passes. */
  readonly result: Result;
  readonly seconds: number;
  readonly changes: Changes;
  /** Reasons why its organizations wait, one sentence each. */
  readonly waiting: readonly string[];
  /** Error of the pass that failed. */
  readonly error?: string;
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
  readonly summary: Summary;
}

const WORST_FIRST: readonly Result[] = ["failed", "interrupted", "skipped", "done"];

/**
 * @param stacks the passes of each stack, after the run has ended.
 * @param seconds duration of the run.
 */
export function reportOf(
  stacks: ReadonlyMap<string, readonly BoardEntry[]>,
  seconds: number,
): Report {
  const reports = [...stacks].map(([stack, entries]) => stackReport(stack, entries));
  const count = (result: Result) => reports.filter((each) => each.result === result).length;
  return {
    stacks: reports,
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

function stackReport(stack: string, entries: readonly BoardEntry[]): StackReport {
  const passes = entries.map(passReport);
  const result = WORST_FIRST.find((worst) => passes.some((pass) => pass.result === worst));
  const failure = entries.map(({ progress }) => progress).find(({ state }) => state === "failed");
  const last = entries.map(({ progress }) => progress).findLast(({ state }) => state === "done");
  return {
    stack,
    passes,
    result: result ?? "done",
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
    result:
      progress.state === "pending" || progress.state === "running" ? "interrupted" : progress.state,
    seconds: rounded(seconds),
    changes: progress.state === "done" ? progress.result.changes : {},
    ...(note !== undefined && { note }),
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

/** Renders the end of a run for people: a table, the errors, the reasons why stacks wait, and a summary in one line. */
export function renderSummary(report: Report, logs: string, kind: "preview" | "up"): string {
  const { stacks, summary } = report;
  const table = columns([
    ["", "STACK", "RESULT", "TIME", "CHANGES"],
    ...stacks.map((stack) => [
      SIGNS[stack.result],
      stack.stack,
      stack.result,
      stack.seconds === 0 ? "" : duration(stack.seconds),
      changesAndNotes(stack),
    ]),
  ]);
  const failures = stacks.flatMap(({ stack, error }) =>
    error === undefined
      ? []
      : ["", `${stack} failed (full log: ${logs}/${stack}.log):`, ...indented(error)],
  );
  const waiting = stacks.flatMap(({ stack, waiting: sentences }) =>
    sentences.map((sentence) => `${stack} waits: ${sentence}`),
  );
  const lines = [
    ...table,
    ...failures,
    ...(waiting.length > 0 ? ["", ...waiting] : []),
    "",
    `${inFigures(report)} in ${duration(summary.seconds)}.`,
    ...(kind === "up" && summary.done < summary.stacks ? [GO_ON] : []),
  ];
  return `${lines.join("\n")}\n`;
}

const GO_ON =
  "To continue, add --resume to the same command: it skips what is done and has not changed since.";

/** Renders the end of a run for programs. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

function changesAndNotes({ changes, passes, result }: StackReport): string {
  const notes = passes.flatMap(({ pass, note }) =>
    note === undefined ? [] : [passes.length > 1 ? `${pass}: ${note}` : note],
  );
  const made = result === "done" || Object.keys(changes).length > 0 ? [changesText(changes)] : [];
  return [...made, ...notes].join("; ");
}

function inFigures({ summary }: Report): string {
  const results: readonly Result[] = ["done", "failed", "skipped", "interrupted"];
  const parts = results
    .filter((result) => summary[result] > 0)
    .map((result) => `${summary[result]} ${result}`);
  const waiting = summary.waiting === 0 ? "" : ` (${summary.waiting} of them waiting)`;
  const stacks = `${summary.stacks} stack${summary.stacks === 1 ? "" : "s"}`;
  return `${stacks}: ${parts.join(", ").replace(/done/, `done${waiting}`)}`;
}
