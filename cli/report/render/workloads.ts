import { count } from "../../../verify/print";
import type { StackReport } from "../model";
import { code, prose, row } from "./escape";
import type { Block } from "./layout";
import { folded, leftOut, MARKDOWN, tableHead, type Place, type Section } from "./markdown-style";
import { fateText, valueText, workloadName } from "./words";

/** Changes of each workload, and all values that change in one table. */
export const workloads: Section = (stack, place) => {
  const { workloads: changes } = stack;
  if (changes.length === 0) return [];
  return [
    `${place.heading} Workloads`,
    {
      rank: "releases",
      head: [],
      rows: changes.map((change) => {
        const why = change.why.length === 0 ? "" : `: ${change.why.map(prose).join("; ")}`;
        return `- ${workloadName(change, MARKDOWN)} ${fateText(change)}${why}`;
      }),
      between: "\n",
      more: (left) => leftOut(count(left, "more workload"), place),
    },
    ...valuesOf(stack, place),
  ];
};

function valuesOf({ workloads: changes }: StackReport, place: Place): Block[] {
  const rows = changes.flatMap(({ name, values }) =>
    values.map(({ path, before, after }) =>
      row([code(name), code(path), valueText(before, MARKDOWN), valueText(after, MARKDOWN)]),
    ),
  );
  if (rows.length === 0) return [];
  const number = `${count(rows.length, "value")} of workloads`;
  return [
    {
      rank: "values",
      body: folded(`${number} ${rows.length === 1 ? "changes" : "change"}`, [
        [...tableHead(["Workload", "Value", "Before", "After"]), ...rows].join("\n"),
      ]),
      instead: leftOut(number, place),
    },
  ];
}
