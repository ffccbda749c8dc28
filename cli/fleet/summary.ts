import { type Report, type Result, type StackReport } from "./report";
import { SIGNS, changesText, columns, duration, indented } from "./text";

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
