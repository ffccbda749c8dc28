import { plain, visible } from "./escape";
import type { Style } from "./words";

/** The style of text. Nothing is cut off, as readers look here for what Markdown has no room for. */
export const TEXT: Style = {
  name: (text) => visible(text, Infinity),
  prose: plain,
  arrow: "->",
};

const WIDTH = 100;

/** Words in lines of at most 100 characters, unless a word is longer. */
export function wrapped(text: string, first = "", others = first): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const indent = lines.length === 0 ? first : others;
    if (line !== "" && indent.length + line.length + 1 + word.length > WIDTH) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, (lines.length === 0 ? first : others) + line];
}

/** Labelled texts, one below the other. */
export function labelled(rows: readonly (readonly [label: string, text: string])[]): string[] {
  const width = Math.max(0, ...rows.map(([label]) => label.length)) + 2;
  return rows.flatMap(([label, text]) =>
    wrapped(text, `    ${label.padEnd(width)}`, " ".repeat(4 + width)),
  );
}
