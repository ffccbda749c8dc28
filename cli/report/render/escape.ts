import { escapeInvisible } from "../../../x509";

/**
 * Makes texts safe to show. Names come from other organizations, and a report is shown where a click approves: names
 * must not become markup, notify people (`@name`, `#1`), or look like something else.
 */

/** Most characters of a name or a value. */
const LONGEST = 200;

/** Everything but printable ASCII and the typographic characters of our own sentences. */
const NOT_PLAIN = /[^ -~–—…→’]/gu;

/** Invisible to readers, but it prevents GitHub from recognizing a mention or an address. */
const BREAK = "&#8203;";

/**
 * Shows printable ASCII as it is and everything else as `\u{…}`, and cuts off the end of longer texts.
 *
 * @param longest in characters as shown.
 */
export function visible(text: string, longest = LONGEST): string {
  // Each character is shown as at least one, so the rest does not matter.
  const shown = text.slice(0, longest + 1).replace(NOT_PLAIN, escaped);
  if (shown.length <= longest) return shown;
  return `${shown.slice(0, longest - 1)}…`;
}

/** A sentence on one line: printable, and of any length. */
export function plain(text: string): string {
  return text.replace(/\s+/gu, " ").trim().replace(NOT_PLAIN, escaped);
}

/** Lines of a file. Letters of all languages stay; characters that hide or reverse text are shown as `\u{…}`. */
export function visibleLines(text: string): string {
  return escapeInvisible(text);
}

/** A name in Markdown, as code: nothing in it is a link, a mention, or markup. */
export function code(text: string, longest?: number): string {
  const shown = visible(text, longest) || '""';
  const quotes = "`".repeat(longestRun(shown) + 1);
  const pad = /^[` ]|[` ]$/.test(shown) ? " " : "";
  return quotes + pad + shown + pad + quotes;
}

/** A sentence in Markdown. Text between backticks is code. */
export function prose(text: string): string {
  return plain(text)
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? code(part, Infinity) : escapedMarkdown(part)))
    .join("")
    .replace(/^(?:[#+=-]|\d+(?=[.)]))/, (start) =>
      /\d/.test(start) ? `${start}\\` : `\\${start}`,
    );
}

/** A name within an HTML element, where Markdown is not interpreted. */
export function htmlCode(text: string): string {
  return `<code>${visible(text).replace(/[&<>"']/g, entity)}</code>`;
}

/** Content between fences that none of its lines can close. */
export function fenced(language: string, content: string): string {
  const shown = visibleLines(content).replace(/\n+$/, "");
  const fence = "`".repeat(Math.max(3, longestRun(shown) + 1));
  return `${fence}${language}\n${shown}\n${fence}`;
}

/**
 * A label of a Mermaid diagram. Everything that could be syntax is written as Mermaid's own entity (`#58;` is a colon), so that
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

/** A row of a table. A `|` can only occur in code; if a backslash precedes it, parsers differ on its meaning. */
export function row(cells: readonly string[]): string {
  const safe = cells.map((cell) =>
    cell.replace(/(\\?)\|/g, (_, before: string) => (before === "" ? "\\|" : "\\\\u{7c}")),
  );
  return `| ${safe.join(" | ")} |`;
}

/** Markup, HTML and formulas, mentions of people and issues, addresses, and `:names:` of emoji. */
const SPECIAL = /[\\*_[\]~]|[&<>|$`]|@|#(?=\d)|\bGH-(?=\d)|:(?=\/\/|[\w+-]+:)|\bwww\./gi;

function escapedMarkdown(text: string): string {
  return text.replace(SPECIAL, (found) => {
    if (/[\\*_[\]~]/.test(found)) return `\\${found}`;
    if (/[&<>|$`]/.test(found)) return entity(found);
    return found.endsWith(".") ? found.replace(".", entity) : found + BREAK;
  });
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, { length }) => Math.max(longest, length), 0);
}

function entity(character: string): string {
  return `&#${character.codePointAt(0) ?? 0};`;
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
