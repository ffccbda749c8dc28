import type { Changes } from "../events";

/** Sign of each state, at the beginning of a line. */
export const SIGNS = {
  done: "√",
  failed: "×",
  skipped: "-",
  interrupted: "!",
  running: ">",
  pending: "·",
} as const;

/** Returns changes as "create 3, update 1". */
export function changesText(changes: Changes): string {
  const made = Object.entries(changes).map(([operation, count]) => `${operation} ${count}`);
  return made.length === 0 ? "unchanged" : made.join(", ");
}

/** Aligns the cells of rows in columns. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  }
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Returns the lines of a text, indented. */
export function indented(text: string): string[] {
  return text.split("\n").map((line) => (line === "" ? "" : `  ${line}`));
}

const MOST_NAMES = 8;

/** Joins names; many of them are counted. */
export function someOf(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return names.join(", ");
  const shown = names.slice(0, MOST_NAMES - 1);
  return `${shown.join(", ")} and ${names.length - shown.length} more`;
}
