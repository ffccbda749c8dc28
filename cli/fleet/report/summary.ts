import { duration } from "../../../host";
import { count } from "../../../verify/print";
import type { ComparedValue, Comparison } from "./comparison";
import type { Result } from "./progress";
import type { Report, StackReport, WaveReport } from "./report";
import { SIGNS, changesText, columns, indented, someOf } from "./text";

/** Renders the end of a run for people: a table, the errors, the reasons why stacks wait, and a summary in one line. */
export function renderSummary(report: Report, logs: string, kind: "preview" | "up"): string {
  const { stacks, summary } = report;
  const waiting = stacks.flatMap(({ stack, waiting: sentences }) =>
    sentences.map((sentence) => `${stack} waits: ${sentence}`),
  );
  const lines = [
    ...columns(tableOf(report)),
    ...stacks.flatMap((stack) => failureLines(stack, logs)),
    ...(waiting.length > 0 ? ["", ...waiting] : []),
    "",
    `${inFigures(report)} in ${duration(summary.seconds)}.`,
    ...(kind === "up" ? endLines(report) : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** A row per stack, and one for all stacks of a wave in which nothing has begun. */
function tableOf({ stacks, waves = [] }: Report): string[][] {
  const cellsOf = (wave: number | undefined) => (waves.length === 0 ? [] : [String(wave ?? "")]);
  const untouched = waves.filter((wave) => wave.untouched);
  const shown = stacks.filter(
    ({ stack }) => !untouched.some((wave) => wave.stacks.includes(stack)),
  );
  return [
    ["", "STACK", ...(waves.length === 0 ? [] : ["WAVE"]), "RESULT", "TIME", "CHANGES"],
    ...shown.map((stack) => [
      SIGNS[stack.result],
      stack.stack,
      ...cellsOf(stack.wave),
      stack.result,
      stack.seconds === 0 ? "" : duration(stack.seconds),
      changesAndNotes(stack),
    ]),
    ...untouched.map(({ wave, stacks: names, result }) => [
      SIGNS[result],
      count(names.length, "stack"),
      ...cellsOf(wave),
      result,
      "",
      "untouched",
    ]),
  ];
}

function failureLines({ stack, passes, error, comparison }: StackReport, logs: string): string[] {
  if (error === undefined) return [];
  const isVerified = passes.some(({ pass, result }) => pass === "verify" && result === "failed");
  return [
    "",
    `${stack} ${isVerified ? "does not hold" : "failed"} (full log: ${logs}/${stack}.log):`,
    ...indented(error),
    ...(comparison === undefined ? [] : ["", ...comparisonLines(stack, comparison)]),
  ];
}

/** Describes how far an `up` came, and how to continue. */
function endLines({ waves = [], summary }: Report): string[] {
  if (summary.done === summary.stacks) {
    if (waves.length === 0) return [];
    return [waves.length === 1 ? "The wave holds." : `All ${waves.length} waves hold.`];
  }
  const ended = waves.find(({ result }) => result !== "done");
  const later = waves.filter(({ untouched }) => untouched).flatMap(({ stacks }) => stacks);
  const onward = ended ? `goes on with wave ${ended.wave}, and ` : "";
  return [
    ...(ended ? [`Wave ${ended.wave} of ${waves.length} ${fateOf(ended)}.`] : []),
    ...(later.length === 0 ? [] : [`Untouched: ${count(later.length, "stack")} of later waves.`]),
    `To continue, add --resume to the same command: it ${onward}skips what is done and has not changed since.`,
  ];
}

function fateOf({ failed }: WaveReport): string {
  return failed.length > 0 ? `does not hold: ${someOf(failed)}` : "is not complete";
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
  return `${count(summary.stacks, "stack")}: ${parts.join(", ").replace(/done/, `done${waiting}`)}`;
}

const MOST_VALUES = 15;

/** Describes what differs between a stack that failed and what held before. */
export function comparisonLines(stack: string, comparison: Comparison | string): string[] {
  if (typeof comparison === "string") return [`${stack} cannot be compared: ${comparison}`];
  const { lastGood, before } = comparison;
  return [
    ...(lastGood ? lastGoodLines(stack, lastGood) : ["No stack of its kind holds yet."]),
    ...(before
      ? [
          `The configuration of ${stack} has changed since its update of ${momentOf(before.updated)}:`,
          ...valueLines(before.values, "before"),
        ]
      : []),
  ];
}

function lastGoodLines(
  stack: string,
  { stack: good, values, usual, charts }: NonNullable<Comparison["lastGood"]>,
): string[] {
  const deployed = charts.length === 0 ? "" : ` with ${charts.join(", ")}`;
  const which = `${good}, the last stack of its kind that holds${deployed}`;
  return [
    values.length === 0
      ? `${stack} has the same values and charts as ${which}.`
      : `${stack} differs from ${which}:`,
    ...valueLines(values, good),
    ...(usual.length === 0
      ? []
      : indented(`left out, since they differ between stacks that hold: ${someOf(usual)}`)),
  ];
}

/** @param other name of the other side. */
function valueLines(values: readonly ComparedValue[], other: string): string[] {
  const lines = values
    .slice(0, MOST_VALUES)
    .map(({ key, here = "not set", there = "not set" }) => `${key}: ${here} (${other}: ${there})`);
  const more = values.length - lines.length;
  const left = more > 0 ? [`and ${more} more, which --json lists`] : [];
  return [...lines, ...left].flatMap(indented);
}

function momentOf(time: string): string {
  return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
