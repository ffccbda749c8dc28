import type { StackReport } from "../model";
import { plain, visible } from "./escape";
import { TEXT, wrapped } from "./text-style";
import { fateText, valueText, workloadName } from "./words";

/** Changes of each workload, with all values that change. */
export function workloadLines({ workloads }: StackReport): string[] {
  if (workloads.length === 0) return [];
  return [
    "Workloads",
    ...workloads.flatMap((change) => {
      const why = change.why.length === 0 ? "" : `: ${change.why.map(plain).join("; ")}`;
      return [
        ...wrapped(`${workloadName(change, TEXT)} ${fateText(change)}${why}`, "  ", "    "),
        ...change.values.flatMap(({ path, before, after }) =>
          wrapped(
            `${visible(path)}: ${valueText(before, TEXT)} ${TEXT.arrow} ${valueText(after, TEXT)}`,
            "    ",
            "      ",
          ),
        ),
      ];
    }),
  ];
}
