/**
 * Makes text from strangers safe to show. Errors quote names from certificates and requests, and a person reads them to
 * decide whether to sign. So look-alike letters, line breaks and terminal escapes must be recognizable.
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
