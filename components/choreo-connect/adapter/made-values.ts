import { hasMade, type Variant } from "./template";

/** Prefix of values that were outside of quotes. */
const UNQUOTED = "\uF8FF";

/** Whether actions create a whole value, so that not even its type is known. */
export function isMade(value: unknown): boolean {
  return typeof value === "string" && value.startsWith(UNQUOTED);
}

/** Text outside of quotes that can stand next to a mark and still form a value or a key. */
const BARE = /[^\s,[\]{}#="']+/y;
const MADE = /^[\w.:+\-\uE000-\uF8FF]+$/;
/** Strings and comments, also unclosed ones, in which a mark is an ordinary character. */
const PASSED = /"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'[^'\n]*'?|#[^\n]*/y;
const LINE_OF_ACTIONS = /^[ \t]*[\uE000-\uF8FF][ \t\uE000-\uF8FF]*(?=\r?\n|#|$)/my;

/**
 * Creates a variant that can be parsed as TOML: values and keys from actions become texts, and a line with only actions
 * becomes empty, as their output is not known.
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
