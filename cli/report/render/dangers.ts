import { count } from "../../../verify/print";
import type { Danger, Report } from "../model";
import { code, prose } from "./escape";
import type { Block } from "./layout";
import { leftOut, type Place, type Section } from "./markdown-style";

const HEADINGS = { destructive: "Destructive", breaking: "Breaking" } as const;

/** The stacks whose previews failed, so that nothing is known about them. */
export function failures({ stacks }: Report, place: Pick<Place, "command">): readonly Block[] {
  const rows = stacks.flatMap(({ stack, failure }) =>
    failure === undefined ? [] : [`> [!CAUTION]\n> ${code(stack)}: ${prose(failure)}`],
  );
  if (rows.length === 0) return [];
  const more = (left: number) => leftOut(count(left, "failure"), place);
  return ["## Preview failed", { rank: "destructive", head: [], rows, between: "\n\n", more }];
}

/** Everything that stacks lose or break, with what to do instead. */
export function dangers({ stacks }: Report, place: Pick<Place, "command">): readonly Block[] {
  return (["destructive", "breaking"] as const).flatMap((kind): Block[] => {
    const rows = stacks.flatMap(({ stack, dangers: all }) =>
      all
        .filter((danger) => danger.kind === kind)
        .map((danger) => alert(danger, stacks.length > 1 ? `${code(stack)}: ` : "")),
    );
    if (rows.length === 0) return [];
    const more = (left: number) => leftOut(count(left, `${kind} change`), place);
    return [`## ${HEADINGS[kind]}`, { rank: kind, head: [], rows, between: "\n\n", more }];
  });
}

/** Warnings of a stack. */
export const warnings: Section = ({ notices }, place) => {
  const texts = notices.filter(({ severity }) => severity === "warning").map(({ text }) => text);
  if (texts.length === 0) return [];
  return [
    {
      rank: "warnings",
      head: [],
      rows: texts.map((text) => `> [!WARNING]\n> ${prose(text)}`),
      between: "\n\n",
      more: (left) => leftOut(count(left, "warning"), place),
    },
  ];
};

/** Other notices of a stack. */
export const information: Section = ({ notices }, place) => {
  const texts = notices.filter(({ severity }) => severity === "info").map(({ text }) => text);
  if (texts.length === 0) return [];
  return [
    `${place.heading} Messages`,
    {
      rank: "information",
      head: [],
      rows: texts.map((text) => `- ${prose(text)}`),
      between: "\n",
      more: (left) => leftOut(count(left, "message"), place),
    },
  ];
};

function alert({ text, todo }: Danger, prefix: string): string {
  const lines = ["[!CAUTION]", `${prefix}${prose(text)}`, ">", `**Instead:** ${prose(todo)}`];
  return lines.map((line) => (line === ">" ? line : `> ${line}`)).join("\n");
}
