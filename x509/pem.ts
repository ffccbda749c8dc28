import { oddCharacter } from "./text";

/** Thrown for text that is not the expected PEM. The message describes what was found and never quotes its content. */
export class PemError extends Error {
  override readonly name = "PemError";
}

/** One PEM block (RFC 7468), decoded and written in canonical form. */
export interface PemBlock {
  /** The text between `BEGIN` and the dashes, e.g. `CERTIFICATE REQUEST`. */
  readonly label: string;
  /** The decoded content. */
  readonly der: Buffer;
  /** The same block as text: 64 columns, `\n` line ends, one `\n` at the end, no headers. */
  readonly pem: string;
}

/** A block as it appears in a text. */
interface RawBlock {
  readonly label: string;
  /** Number of its BEGIN line, counted from 1. */
  readonly line: number;
  /** The lines between BEGIN and END. */
  readonly body: readonly string[];
}

/** Longest text that is read as one block, in characters. An RSA-4096 request has 2 Ki, a request with 1000 names 30 Ki. */
const LONGEST_PEM = 64 * 1024;
/** Longest text that is read as a bundle, in characters. The roots of the public web are a quarter of this. */
const LONGEST_BUNDLE = 1024 * 1024;

/**
 * Reads text that holds exactly one PEM block and otherwise only blank lines (RFC 7468, strict form). Windows line
 * ends, trailing blanks and byte order marks are accepted, because the returned `pem` is written from the decoded
 * content: whoever passes it on passes on exactly what was read here.
 * @param text the text
 * @param labels the acceptable label or labels
 * @param what the name of the text, for messages, e.g. `organizations.MyOrg1MSP.csr`
 * @throws PemError for anything else: no block, two blocks, another label, text around the block, headers, an encrypted
 *   key, bad base64, or more than {@link LONGEST_PEM}
 */
export function readPem(text: string, labels: string | readonly string[], what: string): PemBlock {
  const [block, ...more] = readBlocks(text, [labels].flat(), what, LONGEST_PEM);
  if (block === undefined || more.length > 0)
    throw new PemError(
      `${what}: ${more.length + 1} ${block?.label ?? ""} blocks, expected exactly one.`,
    );
  return block;
}

/**
 * Reads a bundle: one or more PEM blocks with the same label, and otherwise only blank lines.
 * @param text the text
 * @param label the label of every block, e.g. `CERTIFICATE`
 * @param what the name of the text, for messages
 * @throws PemError as {@link readPem} does, with {@link LONGEST_BUNDLE} as the limit
 */
export function readPemBundle(text: string, label: string, what = "the bundle"): PemBlock[] {
  return readBlocks(text, [label], what, LONGEST_BUNDLE);
}

/**
 * Writes a PEM block in the form that every reader accepts (RFC 7468 section 2).
 * @param label e.g. `CERTIFICATE`
 * @param der the content
 */
export function toPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

function readBlocks(
  text: string,
  labels: readonly string[],
  what: string,
  limit: number,
): PemBlock[] {
  if (text.length > limit)
    throw new PemError(`${what}: longer than ${limit / 1024} KiB, so it is not what is expected.`);
  const { blocks, strayLine } = scan(text, what);
  if (blocks.length === 0) throw new PemError(`${what} ${describeNoBlock(text)}`);
  // Labels are checked first because a wrong block says more about the mistake than the text around it.
  checkLabels(blocks, labels, what);
  if (strayLine !== undefined)
    throw new PemError(
      `${what}: text outside the PEM block on line ${strayLine}: keep only the lines from BEGIN to END, ` +
        "without indentation.",
    );
  return blocks.map((block) => decode(block, what));
}

/** Splits the text into blocks and finds the first line outside them that is not blank. */
function scan(text: string, what: string): { blocks: RawBlock[]; strayLine: number | undefined } {
  const blocks: RawBlock[] = [];
  let open: { label: string; line: number; body: string[] } | undefined;
  let strayLine: number | undefined;
  const lines = text.split("\n").map(asEveryoneReadsIt);
  for (const [index, line] of lines.entries()) {
    const begin = /^-----BEGIN ([A-Z0-9 ]{1,40})-----$/.exec(line)?.[1];
    if (open === undefined) {
      if (begin !== undefined) open = { label: begin, line: index + 1, body: [] };
      else if (line.trim() !== "") strayLine ??= index + 1;
    } else if (line === `-----END ${open.label}-----`) {
      blocks.push(open);
      open = undefined;
    } else if (line.startsWith("-----")) break;
    else open.body.push(line);
  }
  if (open !== undefined)
    throw new PemError(
      `${what}: ${describeBlocks([open.label])} without its END line: ${describeNoEnd(lines, open)}`,
    );
  return { blocks, strayLine };
}

/**
 * Removes from a line what every reader ignores: the rest of a Windows line end, trailing blanks, and the byte order
 * mark of its file (which is in the middle if files were concatenated).
 */
function asEveryoneReadsIt(line: string): string {
  return line.replace(/^\uFEFF/, "").replace(/[ \t\r]+$/, "");
}

function checkLabels(blocks: readonly RawBlock[], expected: readonly string[], what: string): void {
  const labels = blocks.map((block) => block.label);
  const strangers = labels.filter((label) => !expected.includes(label));
  if (strangers.length === 0) return;
  const wanted = expected[0] ?? "";
  const advice = [...new Set(strangers.map((label) => adviceFor(label, expected)))].filter(Boolean);
  throw new PemError(
    [`${what}: ${describeBlocks(labels)} instead of ${article(wanted)} ${wanted}.`, ...advice].join(
      " ",
    ),
  );
}

function decode({ label, line, body }: RawBlock, what: string): PemBlock {
  if (body.some(isEncryptionHeader)) throw new PemError(`${what}: ${ENCRYPTED_KEY}`);
  for (const [index, text] of body.entries())
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text))
      throw new PemError(`${what}: line ${line + index + 1} ${describeNoBase64(text)}.`);
  const base64 = body.join("");
  const der = Buffer.from(base64, "base64");
  // Buffer.from skips what it cannot decode, so the base64 was read completely only if it encodes back to itself.
  if (der.length === 0 || der.toString("base64") !== base64)
    throw new PemError(`${what}: ${describeBlocks([label])} with damaged base64: cut off?`);
  return { label, der, pem: toPem(label, der) };
}

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
function describeNoBlock(text: string): string {
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
function describeNoEnd(
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
function describeNoBase64(line: string): string {
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
function describeBlocks(labels: readonly string[]): string {
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
function adviceFor(found: string, expected: readonly string[]): string {
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
const ENCRYPTED_KEY =
  "A passphrase-encrypted key: decrypt it first with `openssl pkey -in encrypted.pem -out key.pem`.";

/** Whether a line is the encryption header (RFC 1421 section 4.6.1.1) that older OpenSSL writes into a key block. */
function isEncryptionHeader(line: string): boolean {
  return /^Proc-Type:.*ENCRYPTED/.test(line);
}

/** `a` or `an`, depending on how a label is pronounced. */
function article(label: string): "a" | "an" {
  return /^(?:[AEIO]|RSA|X)/.test(label) ? "an" : "a";
}
