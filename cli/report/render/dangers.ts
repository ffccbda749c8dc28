import type { Danger, Report } from "../model";
import { code, prose } from "./escape";
import type { Block } from "./layout";
import { list, type Place, type Section } from "./markdown-style";

const APART = { between: "\n\n" } as const;

const HEADINGS = { destructive: "Destructive", breaking: "Breaking" } as const;

/** The stacks whose previews failed, so that nothing is known about them. */
export function failures({ stacks }: Report, place: Pick<Place, "command">): readonly Block[] {
  const rows = stacks.flatMap(({ stack, failure }) =>
    failure === undefined ? [] : [`> [!CAUTION]\n> ${code(stack)}: ${prose(failure)}`],
  );
  if (rows.length === 0) return [];
  return ["## Preview failed", list("destructive", rows, "failure", place, APART)];
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
    return [`## ${HEADINGS[kind]}`, list(kind, rows, `${kind} change`, place, APART)];
  });
}

/** Warnings of a stack. */
export const warnings: Section = ({ notices }, place) => {
  const texts = notices.filter(({ severity }) => severity === "warning").map(({ text }) => text);
  if (texts.length === 0) return [];
  const rows = texts.map((text) => `> [!WARNING]\n> ${prose(text)}`);
  return [list("warnings", rows, "warning", place, APART)];
};

/** Other notices of a stack. */
export const information: Section = ({ notices }, place) => {
  const texts = notices.filter(({ severity }) => severity === "info").map(({ text }) => text);
  if (texts.length === 0) return [];
  const rows = texts.map((text) => `- ${prose(text)}`);
  return [`${place.heading} Messages`, list("information", rows, "message", place)];
};

function alert({ text, todo }: Danger, prefix: string): string {
  const lines = ["[!CAUTION]", `${prefix}${prose(text)}`, ">", `**Instead:** ${prose(todo)}`];
  return lines.map((line) => (line === ">" ? line : `> ${line}`)).join("\n");
}
