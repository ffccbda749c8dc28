import type { ComparedValue } from "./comparison";
import type { Comparison } from "./failed-stacks";
import { indented, someOf } from "./text";

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
