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
export function describeCharacter(character: string): string {
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
