import type { StackReport } from "../model";
import { code, prose } from "./escape";
import type { Block } from "./layout";
import type { Style } from "./words";

export const MARKDOWN: Style = { name: (text) => code(text), prose, arrow: "→" };

/** Where a section of a stack is written. */
export interface Place {
  /** When the report was made. */
  readonly at: string;
  /** Of the headings, e.g. `##`. */
  readonly heading: string;
  /** The command that shows everything, as code. */
  readonly command: string;
}

/** Writes a section, or nothing where there is nothing to say. */
export type Section = (stack: StackReport, place: Place) => readonly Block[];

/** A table's two first lines. */
export function tableHead(titles: readonly string[]): readonly string[] {
  return [`| ${titles.join(" | ")} |`, `|${titles.map(() => "---|").join("")}`];
}

/** Blocks that one opens with a click. @param summary HTML. */
export function folded(summary: string, blocks: readonly Block[]): readonly Block[] {
  return [`<details><summary>${summary}</summary>`, ...blocks, "</details>"];
}

/** Says what is not there. @param what a plural or a list. */
export function leftOut(what: string, { command }: Pick<Place, "command">): string {
  return `_Left out for length: ${what}; ${command} shows all._`;
}
