import { oddCharacter } from "./text";

/** Text that `openssl x509 -noout -fingerprint -sha256` writes before the digits, and the prefix of some other tools. */
const PREFIX = /^sha-?256(?: fingerprint=|[:=])/i;

/**
 * Reads a SHA-256 fingerprint in any form that tools write: with or without colons, in upper or lower case, or as the
 * whole line that openssl prints.
 * @returns 64 hex digits in lower case, or undefined if the text is not a SHA-256 fingerprint
 */
export function fingerprintIn(text: string): string | undefined {
  const digits = withoutPrefix(text);
  return /^(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i.test(digits)
    ? digits.replaceAll(":", "").toLowerCase()
    : undefined;
}

/**
 * Describes why a text is not a SHA-256 fingerprint.
 * @returns the end of a sentence about the text; it quotes at most one character of it
 */
export function fingerprintProblem(text: string): string {
  const digits = withoutPrefix(text);
  if (digits === "") return "is empty";
  if (/^sha-?256: +/i.test(digits) || digits.startsWith(" "))
    return 'begins with "SHA256: ", as keytool writes it: leave that out';
  if (/^sha-?1\b/i.test(digits) || isHexOf(digits, 20))
    return "is a SHA-1 fingerprint, and another certificate can be made with the same one";
  if (/^md5\b/i.test(digits) || isHexOf(digits, 16))
    return "is an MD5 fingerprint, and another certificate can be made with the same one";
  if (/^[A-Za-z0-9+/]{43}=?$/.test(digits))
    return "is in base64, as SSH writes fingerprints, and not in hex digits";
  if (/^[0-9a-f]{2}(?:[ -][0-9a-f]{2})+$/i.test(digits))
    return `has ${digits.includes("-") ? "hyphens" : "blanks"} between its pairs of digits: write colons or nothing there`;
  if (digits.length < 32) return "is not a fingerprint";
  const odd = oddCharacter(digits, /[0-9a-fA-F:]/);
  if (odd !== undefined) {
    const where = digits === text ? "" : " of its digits";
    return `has ${odd}${where}, which is neither a hex digit nor a colon`;
  }
  const count = digits.replaceAll(":", "").length;
  if (count !== 64) return `has ${count} hex digits instead of 64`;
  return "has colons in places other than between pairs of digits";
}

function withoutPrefix(text: string): string {
  // Removes only common blanks; other invisible characters are reported.
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "").replace(PREFIX, "");
}

/** Whether a text is a number of bytes in hex. */
function isHexOf(text: string, bytes: number): boolean {
  return new RegExp(`^(?:[0-9a-f]{2}[:\\s-]?){${bytes - 1}}[0-9a-f]{2}$`, "i").test(text);
}
