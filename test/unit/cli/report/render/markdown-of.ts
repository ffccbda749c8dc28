import type { StackReport } from "../../../../../cli/report/model";
import { fit } from "../../../../../cli/report/render/layout";
import type { Section } from "../../../../../cli/report/render/markdown-style";
import { AT, stackReport } from "../make-report";

/** One section of a stack's report, as lines. */
export function linesOf(section: Section, stack: Partial<StackReport>): string[] {
  const place = { at: AT, heading: "##", command: "`show`" };
  return fit(section(stackReport(stack), place), Infinity)
    .trimEnd()
    .split("\n");
}
