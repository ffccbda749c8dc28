/** A line of a TOML file that may be a Helm template, so that it can only be read line by line. */
export type Line = Plain | Header | Setting;

interface Common {
  /** With its end. */
  readonly text: string;
  /** From 1. */
  readonly number: number;
  /** Whether it is there depends on the template's values. */
  readonly conditional: boolean;
}

interface Plain extends Common {
  readonly kind: "other";
  /** Whether the template's actions make something of it. */
  readonly isTemplate: boolean;
}

interface Header extends Common {
  /** `[path]` or `[[path]]`. */
  readonly kind: "table" | "array";
  readonly path: readonly string[];
}

interface Setting extends Common {
  readonly kind: "key";
  /** The table that it is in. */
  readonly table: readonly string[];
  /** Several parts if the key is dotted. */
  readonly path: readonly string[];
  /** What the line's text consists of: up to the value, the value, and what follows it. */
  readonly before: string;
  readonly value: string;
  readonly after: string;
}

const PART = String.raw`(?:"[^"\n]*"|'[^'\n]*'|[\w-]+)`;
const PATH = String.raw`${PART}(?:[ \t]*\.[ \t]*${PART})*`;
const HEADER = new RegExp(String.raw`^\s*(\[\[?)\s*(${PATH})\s*\]\]?\s*(?:#.*)?\s*$`);
const SETTING = new RegExp(String.raw`^(\s*(${PATH})[ \t]*=[ \t]*)`);
/** A string in one line, the beginning of one in several, or whatever else stands before a comment. */
const VALUE = /^(?:"""|'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[^#\r\n]*[^#\s])/;

export function readLines(text: string): Line[] {
  const masked = withoutContent(text).match(LINE) ?? [];
  let table: readonly string[] = [];
  let depth = 0;
  return (text.match(LINE) ?? []).map((line, index): Line => {
    const readable = masked[index] ?? "";
    const common = { text: line, number: index + 1, conditional: depth > 0 };
    depth += count(readable, OPENING) - count(readable, CLOSING);
    const [, bracket, path = ""] = HEADER.exec(readable) ?? [];
    if (bracket !== undefined) {
      const kind = bracket === "[" ? "table" : "array";
      table = partsOf(path);
      return { ...common, kind, path: table };
    }
    const [, before, key = ""] = SETTING.exec(readable) ?? [];
    if (before === undefined) {
      return { ...common, kind: "other", isTemplate: /^[^#]*\{\{(?!-?\s*\/\*)/.test(readable) };
    }
    const rest = line.slice(before.length);
    const value = valueOf(rest);
    const after = rest.slice(value.length);
    return { ...common, kind: "key", table, path: partsOf(key), before, value, after };
  });
}

const LINE = /[^\n]*\n|[^\n]+$/g;
const OPENING = /\{\{-?\s*(?:if|with|range|define|block)\b/g;
const CLOSING = /\{\{-?\s*end\b/g;

/** What an action of the template makes, nobody knows: with one, the value is all that is left of the line. */
function valueOf(rest: string): string {
  const value = VALUE.exec(rest)?.[0] ?? "";
  return value.includes("{{") ? rest.trimEnd() : value;
}

/**
 * Blanks what looks like lines and is none: the lines of long strings, and comments of the template. Strings and comments in a line are
 * passed over, because they may contain the marks of those.
 */
function withoutContent(text: string): string {
  const tokens =
    /\{\{-?\s*\/\*[^]*?\*\/\s*-?\}\}|"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*/g;
  return text.replace(tokens, (token) =>
    /^(\{\{|"""|''')/.test(token)
      ? token.slice(0, 3) + token.slice(3).replace(/[^\n]/g, " ")
      : token,
  );
}

function partsOf(path: string): string[] {
  return [...path.matchAll(new RegExp(PART, "g"))].map(([part]) =>
    part.replace(/^["']|["']$/g, ""),
  );
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
