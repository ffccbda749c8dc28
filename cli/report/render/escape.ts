import { escapeInvisible } from "../../../x509";

/**
 * Texts made safe to show. Names come from other organizations, and a report stands where a click approves: what they hold
 * must neither become markup, nor call people (`@name`, `#1`), nor look like something else.
 */

/** Of a name or a value. */
const LONGEST = 200;

/** Typographic characters of our own sentences. */
const NOT_PLAIN = /[^ -~–—…→’]/gu;

/** Unseen by readers, but left where browsers and GitHub look for the end of a mention. */
const BREAK = "&#8203;";

/**
 * Printable ASCII as it is, everything else as `\u{…}`, and the end of what is longer cut off.
 *
 * @param longest in characters as shown.
 */
export function visible(text: string, longest = LONGEST): string {
  // No character is shown as less than one, so what is behind need not be looked at.
  const shown = text.slice(0, longest + 1).replace(NOT_PLAIN, escaped);
  if (shown.length <= longest) return shown;
  return `${shown.slice(0, longest - 1)}…`;
}

/** A sentence in one line: printable, and of any length. */
export function plain(text: string): string {
  return text.replace(/\s+/gu, " ").trim().replace(NOT_PLAIN, escaped);
}

/** Lines of a file: letters of all languages stay, what is unseen or turns the direction of text is shown as `\u{…}`. */
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

/** A sentence in Markdown. What stands between backticks is code. */
export function prose(text: string): string {
  return plain(text)
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? code(part, Infinity) : escapedMarkdown(part)))
    .join("")
    .replace(/^(?:[#+=-]|\d+(?=[.)]))/, (start) =>
      /\d/.test(start) ? `${start}\\` : `\\${start}`,
    );
}

/** A name within an HTML element, where Markdown is not read. */
export function htmlCode(text: string): string {
  return `<code>${visible(text).replace(/[&<>"']/g, entity)}</code>`;
}

/** Content between fences that no line of it can close. */
export function fenced(language: string, content: string): string {
  const shown = visibleLines(content).replace(/\n+$/, "");
  const fence = "`".repeat(Math.max(3, longestRun(shown) + 1));
  return `${fence}${language}\n${shown}\n${fence}`;
}

/** A row of a table. A `|` can only be left in code; where a backslash precedes it, parsers differ on what it means. */
export function row(cells: readonly string[]): string {
  const safe = cells.map((cell) =>
    cell.replace(/(\\?)\|/g, (_, before: string) => (before === "" ? "\\|" : "\\\\u{7c}")),
  );
  return `| ${safe.join(" | ")} |`;
}

/** Markup, HTML and formulas, mentions of people and issues, addresses, and `:names:` of pictures. */
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
