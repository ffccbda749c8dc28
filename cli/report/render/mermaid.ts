import { visible } from "./escape";

/** Red and green of GitHub, visible on light and dark backgrounds. */
export const BAD = "#cf222e";
export const GOOD = "#1a7f37";

/**
 * A label of a diagram. Everything that could be syntax is written as Mermaid's own entity (`#58;` is a colon), so that
 * no name ends a label, starts a comment or is HTML.
 */
export function label(text: string, longest = 48): string {
  return (visible(text, longest) || '""').replace(
    /[^A-Za-z0-9 ._/+=-]/gu,
    (character) => `#${character.codePointAt(0) ?? 0};`,
  );
}

/** A diagram that GitHub draws. */
export function mermaid(lines: readonly string[]): string {
  return ["```mermaid", ...lines, "```"].join("\n");
}
