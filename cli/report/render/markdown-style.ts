import { count } from "../../../verify/print";
import type { StackReport } from "../model";
import { code, prose } from "./escape";
import type { Block, Rows } from "./layout";
import type { Style } from "./words";

export const MARKDOWN: Style = { name: (text) => code(text), prose, arrow: "→" };

/** The context of a stack's section. */
export interface Place {
  /** Time of the report. */
  readonly at: string;
  /** Marker of the headings, e.g. `##`. */
  readonly heading: string;
  /** The command that shows everything, as code. */
  readonly command: string;
}

/** Writes a section, or nothing if there is nothing to say. */
export type Section = (stack: StackReport, place: Place) => readonly Block[];

/** The first two lines of a table. */
export function tableHead(titles: readonly string[]): readonly string[] {
  return [`| ${titles.join(" | ")} |`, `|${titles.map(() => "---|").join("")}`];
}

/** Blocks that a click opens. @param summary HTML. */
export function folded(summary: string, blocks: readonly Block[]): readonly Block[] {
  return [`<details><summary>${summary}</summary>`, ...blocks, "</details>"];
}

/** Layout of a list: the lines above it, what separates its rows, and the end of the line on those that are left out. */
interface ListLayout {
  /** @default - none */
  readonly head?: readonly string[];
  /** @default - they follow each other */
  readonly between?: Rows["between"];
  /** @default - nothing */
  readonly of?: string;
}

/** A list or table, whose last rows are left out first. @param what one row, as in `3 more releases`. */
export function list(
  rank: Rows["rank"],
  rows: readonly Block[],
  what: string,
  place: Pick<Place, "command">,
  { head = [], between = "\n", of = "" }: ListLayout = {},
): Rows {
  const more = (left: number) => leftOut(`${count(left, what)}${of}`, place);
  return { rank, head, rows, between, more };
}

/** Line on what was left out. @param what a plural or a list. */
export function leftOut(what: string, { command }: Pick<Place, "command">): string {
  return `_Left out for length: ${what}; ${command} shows all._`;
}
