import { oddCharacter } from "./text";

/** The BEGIN line in messages; `…` stands for the label. */
const BEGIN = "`-----BEGIN …-----`";
const KEEP_LINES = "keep its line ends, in YAML by a block with `|`";

/** What a text without any PEM block may be. The first pattern that matches decides. */
const ODDITIES: readonly (readonly [fits: RegExp, problem: string])[] = [
  [/^\s*$/, "is empty."],
  // A DER SEQUENCE of 128 bytes or more begins with 0x30 0x81..0x83, which never decodes as text.
  [
    /^0[\u0080-\u0083\uFFFD]/,
    "is binary (DER), not PEM: convert it with openssl, adding `-inform DER` to the command.",
  ],
  [/^(?:\uFFFD{2}|[ÿþ]{2})?(?:\0-|-\0)/, "is in UTF-16: save it as UTF-8."],
  [
    /-----BEGIN [A-Z0-9 ]+-----\\+[rn]/,
    `has the two characters \`\\n\` where its lines should end: ${KEEP_LINES}.`,
  ],
  [/^\s*["'\u2018-\u201f]+\s*-----BEGIN /, "has quotation marks around it: remove them."],
  [
    /-----BEGIN [A-Z0-9 ]+-----[ \t]*[A-Za-z0-9+/]/,
    `is folded into one line: ${KEEP_LINES}, not with \`>\` or without any.`,
  ],
  [
    /^\s*LS0tLS1CRUdJTi/,
    "is base64 of PEM, as a Secret's data has it: decode it with `base64 -d`.",
  ],
  [
    /^\s*M[A-P][A-Za-z0-9+/\s]{20,}=*\s*$/,
    "is base64 without the lines `-----BEGIN …-----` and `-----END …-----` around it.",
  ],
];

/**
 * Guesses what a text without any PEM block is. The text may be a key, so nothing of it is quoted.
 * @param text the text
 * @returns the end of a sentence that begins with what the text was meant to be
 */
export function describeNoBlock(text: string): string {
  const known = ODDITIES.find(([fits]) => fits.test(text));
  if (known) return known[1];
  const lines = text.split(/\r?\n/);
  const place = lines.findIndex((line) => /-BEGIN [A-Z0-9 ]+-/.test(line));
  const line = lines[place];
  if (line === undefined) return `holds no PEM block: it should begin with a line ${BEGIN}.`;
  return `holds no PEM block: line ${place + 1} ${describeMark(line, "BEGIN")}.`;
}

/**
 * Guesses why a block does not end.
 * @param lines all lines of the text
 * @param block its label, and the number of its first line, counted from 1
 * @returns the end of a sentence
 */
export function describeNoEnd(
  lines: readonly string[],
  { label, line: first }: { readonly label: string; readonly line: number },
): string {
  const place = lines.findIndex((line, index) => index >= first && /-END [A-Z0-9 ]+-/.test(line));
  const found = lines[place];
  const isAnother = found !== undefined && !found.includes(`-END ${label}-`);
  if (found === undefined || isAnother || /^-----END [A-Z0-9 ]+-----$/.test(found))
    return "cut off or indented?";
  return `line ${place + 1} ${describeMark(found, "END")}.`;
}

/** Describes a line that is almost a BEGIN or END line. */
function describeMark(line: string, word: "BEGIN" | "END"): string {
  const mark = `\`-----${word} …-----\``;
  const before = line.slice(0, line.search(new RegExp(`-+${word} `)));
  if (/^[ \t]+$/.test(before))
    return `is indented by ${before.includes("\t") ? "a tab" : "blanks"}: ${mark} must begin its line`;
  const odd = oddCharacter(line, /[A-Za-z0-9 -]/);
  if (odd !== undefined) return `has ${odd}, which does not belong to ${mark}`;
  if (before !== "") return `has text before ${mark}`;
  const [, left = "", right = "", behind = ""] =
    /^(-+)(?:BEGIN|END) [A-Z0-9 ]+?(-+)(.*)$/.exec(line) ?? [];
  if (left.length !== 5 || right.length !== 5)
    return `has ${left.length} hyphens before and ${right.length} after: ${mark} has five of each`;
  return behind === "" ? `is not ${mark}` : `has text after ${mark}`;
}

/**
 * Describes a line in a block that is not base64. The line may belong to a key, so only characters that are not base64
 * are named.
 * @returns a verb and its object
 */
export function describeNoBase64(line: string): string {
  if (/^[ \t]/.test(line))
    return /^ *\t/.test(line)
      ? "is indented by a tab: remove it"
      : "is indented: remove the blanks";
  const odd = oddCharacter(line, /[ -~\r\t]/);
  return odd === undefined ? "is not base64" : `is not base64: it has ${odd}`;
}

/**
 * Describes blocks by their labels alone.
 * @param labels the labels in their order
 * @returns e.g. `a PRIVATE KEY block` or `2 blocks (CERTIFICATE, PRIVATE KEY)`
 */
export function describeBlocks(labels: readonly string[]): string {
  const [only, ...more] = labels;
  if (only === undefined) return "no PEM block";
  if (more.length === 0) return `${article(only)} ${only} block`;
  return `${labels.length} blocks (${[...new Set(labels)].join(", ")})`;
}

/**
 * Advises on a block that should not be there.
 * @param found its label
 * @param expected the labels that are allowed
 * @returns a sentence, or an empty text if the label says enough
 */
export function adviceFor(found: string, expected: readonly string[]): string {
  const wantsKey = expected.some((label) => label.endsWith("PRIVATE KEY"));
  if (found === "ENCRYPTED PRIVATE KEY" && wantsKey) return ENCRYPTED_KEY;
  if (found === "EC PARAMETERS" && wantsKey)
    return "Write the key alone: `openssl pkey -in old.pem -out key.pem`.";
  if (found.endsWith("PRIVATE KEY") && !wantsKey)
    return "A private key stays with its owner: treat this one as exposed and make a new one.";
  if (found === "NEW CERTIFICATE REQUEST")
    return "keytool writes that old label; `openssl req -in old.csr -out new.csr` writes today's.";
  return "";
}

/** Advice on an encrypted key. */
export const ENCRYPTED_KEY =
  "A passphrase-encrypted key: decrypt it first with `openssl pkey -in encrypted.pem -out key.pem`.";

/** Whether a line is the encryption header (RFC 1421 section 4.6.1.1) that older OpenSSL writes into a key block. */
export function isEncryptionHeader(line: string): boolean {
  return /^Proc-Type:.*ENCRYPTED/.test(line);
}

/** `a` or `an`, depending on how a label is pronounced. */
export function article(label: string): "a" | "an" {
  return /^(?:[AEIO]|RSA|X)/.test(label) ? "an" : "a";
}
