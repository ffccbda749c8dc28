/**
 * Text from strangers: read from files, and made safe to show. Errors quote names from certificates and requests, and a
 * person reads them to decide whether to sign. So look-alike letters, line breaks and terminal escapes must be
 * recognizable.
 */

const LONGEST_QUOTE = 80;
const SHOWN_OF_A_LIST = 3;

/**
 * Quotes text for a message: printable ASCII stays, everything else becomes `\u{…}`, and the text is cut after 80
 * characters.
 * @param text any string, e.g. an attribute value from a certificate request
 * @returns the text in double quotes; a Cyrillic "О" in `MyОrg` shows as `"My\u{41e}rg"`
 */
export function quote(text: string): string {
  const characters = Array.from(text);
  const shown = characters.slice(0, LONGEST_QUOTE).map(visible).join("");
  const rest = characters.length - LONGEST_QUOTE;
  return rest > 0 ? `"${shown}…" (${characters.length} characters)` : `"${shown}"`;
}

/**
 * Quotes a list for a message, so that a request with 1000 names takes one line instead of 1000.
 * @param values any strings
 * @returns at most three of them, quoted, and the number of others; `nothing` for an empty list
 */
export function quoteList(values: readonly string[]): string {
  if (values.length === 0) return "nothing";
  const shown = values.slice(0, SHOWN_OF_A_LIST).map(quote).join(", ");
  const rest = values.length - SHOWN_OF_A_LIST;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

function visible(character: string): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  if (character >= " " && character <= "~") return character;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/**
 * Characters that readers do not see, or that change how they see the rest: controls (C0 and C1), format characters
 * such as joiners, tags and those that change the direction of text, private and unassigned code points, unpaired
 * surrogates, line and paragraph separators, spaces other than the usual one, and fillers that look empty.
 */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;

/** Whether a text has a character that readers do not see. */
export function hasInvisible(text: string): boolean {
  return INVISIBLE.test(text);
}

/** Whether a text is printable ASCII without a space at either end, which files and command lines carry unchanged. */
export function isPrintable(text: string): boolean {
  return /^[!-~](?:[ -~]*[!-~])?$/.test(text);
}

/**
 * Makes text safe for a screen: invisible characters become `\u{…}`. Line ends and tabs stay, and so do the letters of
 * all languages; {@link quote} handles names before they become part of a sentence.
 */
export function escapeInvisible(text: string): string {
  return text.replace(new RegExp(`(?![\n\t])(?:${INVISIBLE.source})`, "gu"), visible);
}

/**
 * Makes JSON safe for a screen: the same data, with invisible characters written as `\uXXXX`.
 * @param json text as `JSON.stringify` writes it
 */
export function escapeInvisibleJson(json: string): string {
  return json.replace(new RegExp(`(?![\n])(?:${INVISIBLE.source})`, "gu"), (character) =>
    Array.from(
      { length: character.length },
      (_, place) => `\\u${character.charCodeAt(place).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

/** Unicode names of characters that people cannot see or mistake for others. */
const NAMES: Readonly<Record<number, string>> = {
  0x00: "null",
  0x09: "tab",
  0x0a: "line feed",
  0x0d: "carriage return",
  0x20: "blank",
  0x85: "next line",
  0xa0: "no-break space",
  0xad: "soft hyphen",
  0x200b: "zero width space",
  0x200c: "zero width non-joiner",
  0x200d: "zero width joiner",
  0x200e: "left-to-right mark",
  0x200f: "right-to-left mark",
  0x2010: "hyphen of print",
  0x2011: "non-breaking hyphen",
  0x2013: "en dash",
  0x2014: "em dash",
  0x2018: "left single quotation mark",
  0x2019: "right single quotation mark",
  0x201c: "left double quotation mark",
  0x201d: "right double quotation mark",
  0x2028: "line separator",
  0x2029: "paragraph separator",
  0x202a: "left-to-right embedding",
  0x202b: "right-to-left embedding",
  0x202c: "pop directional formatting",
  0x202d: "left-to-right override",
  0x202e: "right-to-left override",
  0x202f: "narrow no-break space",
  0x2060: "word joiner",
  0x2066: "left-to-right isolate",
  0x2067: "right-to-left isolate",
  0x2068: "first strong isolate",
  0x2069: "pop directional isolate",
  0x3000: "ideographic space",
  0xfeff: "byte order mark",
  0xfffd: "replacement character",
};

/**
 * Names a character, so that people can find it even if it is invisible.
 * @returns e.g. `U+200E (left-to-right mark)`, or `"g"` for a character that prints
 */
function describeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code > 0x20 && code < 0x7f) return `"${character}"`;
  const name = NAMES[code];
  const number = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return name === undefined ? number : `${number} (${name})`;
}

/**
 * Finds the first character that a pattern does not match.
 * @param allowed a pattern for one character
 * @returns the character and its position, counted from 1, e.g. `U+00A0 (no-break space) at position 7`; undefined if
 *   there is none
 */
export function oddCharacter(text: string, allowed: RegExp): string | undefined {
  const characters = Array.from(text);
  const place = characters.findIndex((character) => !allowed.test(character));
  const found = characters[place];
  return found === undefined ? undefined : `${describeCharacter(found)} at position ${place + 1}`;
}

/**
 * Decodes a file's text: UTF-8, or UTF-16 if a byte order mark says so, as Windows PowerShell writes redirected output.
 * The mark is not part of the text.
 * @param bytes the content of the file
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe
      ? "utf-16le"
      : first === 0xfe && second === 0xff
        ? "utf-16be"
        : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}
