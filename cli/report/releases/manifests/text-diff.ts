import { structuredPatch } from "diff";

/** With more added and removed lines, the shortest difference is not searched for, as that would take long. */
const MOST_CHANGES = 4000;

/** The difference of two texts: unified, three lines of context, no header. */
export function unifiedDiff(before: string, after: string): string {
  const options = { context: 3, maxEditLength: MOST_CHANGES } as const;
  const patch = structuredPatch("", "", before, after, undefined, undefined, options);
  if (patch === undefined) return `(more than ${MOST_CHANGES} lines differ)\n`;
  const lines = patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines: hunk }) => [
    `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    ...hunk,
  ]);
  return lines.map((line) => `${line}\n`).join("");
}
