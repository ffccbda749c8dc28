import { oddCharacter } from "./characters";

/** What `openssl x509 -noout -fingerprint -sha256` writes before the digits, and the prefix of some other tools. */
const PREFIX = /^sha-?256(?: fingerprint=|[:=])/i;

/**
 * Reads a SHA-256 fingerprint as tools write it: with colons or without, in capitals or not, and the whole line that
 * openssl prints.
 * @returns 64 hex digits in lower case, or undefined if it is no SHA-256 fingerprint
 */
export function fingerprintIn(text: string): string | undefined {
  const digits = withoutPrefix(text);
  return /^(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i.test(digits)
    ? digits.replaceAll(":", "").toLowerCase()
    : undefined;
}

/**
 * Says what is odd about a text that should be a SHA-256 fingerprint and is none.
 * @returns the end of a sentence about it; it quotes at most one character of the text
 */
export function fingerprintProblem(text: string): string {
  const digits = withoutPrefix(text);
  if (digits === "") return "is empty";
  if (/^sha-?256: +/i.test(digits) || digits.startsWith(" "))
    return 'begins with "SHA256: ", as keytool writes it: leave that out';
  if (/^sha-?1\b/i.test(digits) || isHexOf(digits, 20))
    return "is a SHA-1 fingerprint, and a certificate of another can be made with the same";
  if (/^md5\b/i.test(digits) || isHexOf(digits, 16))
    return "is an MD5 fingerprint, and a certificate of another can be made with the same";
  if (/^[A-Za-z0-9+/]{43}=?$/.test(digits))
    return "is in base64, as SSH writes fingerprints, and not in hex digits";
  if (/^[0-9a-f]{2}(?:[ -][0-9a-f]{2})+$/i.test(digits))
    return `has ${digits.includes("-") ? "hyphens" : "blanks"} between its pairs of digits: write colons or nothing there`;
  if (digits.length < 32) return "is no fingerprint";
  const odd = oddCharacter(digits, /[0-9a-fA-F:]/);
  if (odd !== undefined) {
    const where = digits === text ? "" : " of its digits";
    return `has ${odd}${where}, which is neither a hex digit nor a colon`;
  }
  const count = digits.replaceAll(":", "").length;
  if (count !== 64) return `has ${count} hex digits instead of 64`;
  return "has colons at other places than between pairs of digits";
}

function withoutPrefix(text: string): string {
  // Only blanks that everybody takes for such: what cannot be seen elsewhere is said.
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "").replace(PREFIX, "");
}

/** Whether a text is so many bytes in hex. */
function isHexOf(text: string, bytes: number): boolean {
  return new RegExp(`^(?:[0-9a-f]{2}[:\\s-]?){${bytes - 1}}[0-9a-f]{2}$`, "i").test(text);
}
