import { DerError, TAG, readHead } from "./der";
import { decodeText } from "./text";

/** Text in every PEM label of a private key: PKCS#8 plain and encrypted, PKCS#1, SEC 1, OpenSSH, PGP. */
const MARK = "PRIVATE KEY";
/** First line of a PuTTY key file. Public keys alone are never stored in that form. */
const PUTTY = "PuTTY-User-Key-File-";

const ENCODED = [MARK, PUTTY].flatMap(base64Forms);

/**
 * Whether a text holds a private key: as PEM, in any case and also in UTF-16; as base64 or hex of its DER (PKCS#8,
 * PKCS#1, SEC 1); as a JSON Web Key or a PuTTY file; or as base64 of PEM, as in a Kubernetes Secret.
 */
export function holdsPrivateKey(text: string): boolean {
  // Base64 can be wrapped anywhere, and UTF-16 read as UTF-8 has NULs between letters.
  const dense = text.replace(/[\s\0]+/g, "");
  // Match the dashes of a label too, as settings and prose also mention private keys.
  return (
    /-{4}BEGIN[A-Z\d]*PRIVATEKEY|PRIVATEKEY(?:BLOCK)?-{4}/i.test(dense) ||
    ENCODED.some((form) => dense.includes(form)) ||
    dense.includes(PUTTY) ||
    isJsonWebKey(dense) ||
    encodedStructures(text.replaceAll("\0", "")).includes("key")
  );
}

/**
 * Whether a file that is sent to others holds a private key or is a key store: PKCS#12 or a Java key store, in binary,
 * base64 or hex. A store may hold only certificates, but stores are never sent.
 */
export function mayHoldPrivateKey(file: Uint8Array): boolean {
  const bytes = Buffer.from(file);
  if (structureOf(bytes) !== undefined) return true;
  const text = decodeText(bytes);
  return holdsPrivateKey(text) || encodedStructures(text.replaceAll("\0", "")).length > 0;
}

/** RFC 7517: `d` is the private number of every asymmetric key, next to the members that describe the key. */
function isJsonWebKey(dense: string): boolean {
  return /["']?kty["']?:/.test(dense) && /["',{]d["']?:["']?[A-Za-z0-9_-]{20}/.test(dense);
}

/**
 * Where base64 or hex of a key or store may begin: with a SEQUENCE or the magic number of a Java store (FEEDFEED,
 * CECECECE).
 */
const BEGINNINGS: readonly (readonly [pattern: RegExp, encoding: "base64" | "hex"])[] = [
  [/(?<![A-Za-z0-9+/_-])(?:M[A-I]|\/u3\+7|_u3-7|zs7Oz)/g, "base64"],
  [/(?<![0-9a-f])(?:30[\s:]?[2-8]|fe[\s:]?ed[\s:]?fe[\s:]?ed|ce[\s:]?ce[\s:]?ce[\s:]?ce)/gi, "hex"],
];
/** Number of characters that are examined. Heads of structures are within the first fifty bytes. */
const LOOKED_AT = 400;
const HEAD = 64;

function encodedStructures(text: string): ("key" | "store")[] {
  return BEGINNINGS.flatMap(([pattern, encoding]) =>
    [...text.matchAll(pattern)].flatMap(({ index }) => {
      const dense = text.slice(index, index + LOOKED_AT).replace(/[\s:]+|\\[rn]/g, "");
      const alphabet = encoding === "hex" ? /^[0-9a-f]+/i : /^[A-Za-z0-9+/_-]+/;
      const [run = ""] = alphabet.exec(dense) ?? [];
      return structureOf(Buffer.from(run, encoding).subarray(0, HEAD)) ?? [];
    }),
  );
}

/** Forms of a text within base64, at each of the three positions of a group where it may begin. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(" ".repeat(shift) + text).toString("base64");
    // The first and the last group also encode the text around it, unless it fills them.
    const fills = (shift + text.length) % 3 === 0;
    return encoded.slice(shift === 0 ? 0 : 4, fills ? undefined : -4);
  });
}

/** First bytes of Java's own key stores, JKS and JCEKS. */
const JAVA_STORES = ["feedfeed", "cececece"];
/** Prefixes of the object identifiers of password-based encryption: PKCS#5 and PKCS#12. */
const BY_PASSWORD = ["06092a864886f70d0105", "060a2a864886f70d010c01"];

/**
 * Recognizes a private key or a key store by its first bytes. The rest may be missing or damaged: even half a private
 * key is a leak.
 * @param head at least the first 50 bytes, if there are that many
 * @returns undefined if it is neither
 */
function structureOf(head: Buffer): "key" | "store" | undefined {
  if (JAVA_STORES.includes(head.toString("hex", 0, 4))) return "store";
  try {
    return ofSequence(contentOf(head, TAG.sequence));
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

function ofSequence(content: Buffer): "key" | "store" | undefined {
  const first = readHead(content);
  if (first.tag === TAG.sequence) {
    // EncryptedPrivateKeyInfo (RFC 5958 section 3).
    const oid = content.subarray(first.start).toString("hex", 0, 12);
    return BY_PASSWORD.some((prefix) => oid.startsWith(prefix)) ? "key" : undefined;
  }
  if (first.tag !== TAG.integer || first.length !== 1) return undefined;
  const version = content[first.start];
  const rest = content.subarray(first.start + 1);
  const second = readHead(rest);
  const inside = rest[second.start];
  if (second.tag === TAG.sequence && inside === TAG.oid) {
    // PFX (RFC 7292 section 4) has version 3.
    if (version === 3) return "store";
    // PrivateKeyInfo (RFC 5958 section 2): the key follows its algorithm. A certificate has a name there.
    return rest[second.start + second.length] === TAG.octetString ? "key" : undefined;
  }
  // RSAPrivateKey (RFC 8017) and DSA private keys have version 0, ECPrivateKey (RFC 5915) has version 1.
  if (version === 0 && second.tag === TAG.integer && second.length >= 16) return "key";
  return version === 1 && second.tag === TAG.octetString && second.length >= 16 ? "key" : undefined;
}

/** Content of an element, as far as it is there. */
function contentOf(head: Buffer, tag: number): Buffer {
  const found = readHead(head);
  if (found.tag !== tag) throw new DerError("not the expected element.");
  return head.subarray(found.start);
}
