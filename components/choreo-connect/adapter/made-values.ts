import { hasMade, type Variant } from "./template";

/** Begins what stood outside of quotes. */
const UNQUOTED = "\uF8FF";

/** Whether actions make a whole value, so that not even its type is known. */
export function isMade(value: unknown): boolean {
  return typeof value === "string" && value.startsWith(UNQUOTED);
}

/** What can stand outside of quotes beside a mark, and still become a value or a key. */
const BARE = /[^\s,[\]{}#="']+/y;
const MADE = /^[\w.:+\-\uE000-\uF8FF]+$/;
/** Strings and comments, in which a mark is a character like others; unclosed ones too. */
const PASSED = /"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'[^'\n]*'?|#[^\n]*/y;
const LINE_OF_ACTIONS = /^[ \t]*[\uE000-\uF8FF][ \t\uE000-\uF8FF]*(?=\r?\n|#|$)/my;

/**
 * A variant that can be parsed as TOML: a value or a key that actions make is a text here, and a line of nothing but actions is empty, as
 * whatever they make is not known.
 */
export function withMadeValues({ text, origins }: Variant): Variant {
  const made = { text: "", origins: [] as number[] };
  const add = (piece: string, from: number, step = 1) => {
    for (let index = 0; index < piece.length; index++)
      made.origins.push(origins[from + index * step] ?? 0);
    made.text += piece;
  };
  let at = 0;
  while (at < text.length) {
    const isLineStart = at === 0 || text[at - 1] === "\n";
    const blank = isLineStart ? matchAt(LINE_OF_ACTIONS, text, at) : undefined;
    const passed = matchAt(PASSED, text, at);
    const bare = matchAt(BARE, text, at);
    if (blank !== undefined) at += blank.length;
    else if (passed !== undefined) {
      add(passed, at);
      at += passed.length;
    } else if (bare !== undefined) {
      const isQuoted = hasMade(bare) && MADE.test(bare);
      if (isQuoted) add(`"${UNQUOTED}`, at, 0);
      add(bare, at);
      at += bare.length;
      if (isQuoted) add('"', at - 1, 0);
    } else add(text[at] ?? "", at++);
  }
  return made;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(text)?.[0];
  return found === undefined || found === "" ? undefined : found;
}
