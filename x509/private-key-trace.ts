import { decodeText } from "./decode-text";
import { structureOf } from "./key-der/structure";

/** In every PEM label of a private key: PKCS#8 plain and encrypted, PKCS#1, SEC 1, OpenSSH, PGP. */
const MARK = "PRIVATE KEY";
/** First line of a key file of PuTTY, whose public half alone is never kept in that form. */
const PUTTY = "PuTTY-User-Key-File-";

const ENCODED = [MARK, PUTTY].flatMap(base64Forms);

/**
 * Whether a text holds a private key: as PEM, in whatever case and in UTF-16 too; as base64 or hex of its DER (PKCS#8,
 * PKCS#1, SEC 1); as a JSON Web Key or a file of PuTTY; or as base64 of PEM, which is how a Kubernetes Secret shows it.
 */
export function holdsPrivateKey(text: string): boolean {
  // Base64 is wrapped where it pleases, and UTF-16 that is read as UTF-8 has a NUL between letters.
  const dense = text.replace(/[\s\0]+/g, "");
  // With the dashes of a label: settings and prose speak of private keys too.
  return (
    /-{4}BEGIN[A-Z\d]*PRIVATEKEY|PRIVATEKEY(?:BLOCK)?-{4}/i.test(dense) ||
    ENCODED.some((form) => dense.includes(form)) ||
    dense.includes(PUTTY) ||
    isJsonWebKey(dense) ||
    encodedStructures(text.replaceAll("\0", "")).includes("key")
  );
}

/**
 * Whether a file of those that travel holds a private key, or is a key store, which is made for one: PKCS#12 or a Java key
 * store, as it is or in base64 or hex. A store may hold certificates alone, but no store is ever sent.
 */
export function mayHoldPrivateKey(file: Uint8Array): boolean {
  const bytes = Buffer.from(file);
  if (structureOf(bytes) !== undefined) return true;
  const text = decodeText(bytes);
  return holdsPrivateKey(text) || encodedStructures(text.replaceAll("\0", "")).length > 0;
}

/** RFC 7517: `d` is the private number of every asymmetric key, beside the members that say what key it is. */
function isJsonWebKey(dense: string): boolean {
  return /["']?kty["']?:/.test(dense) && /["',{]d["']?:["']?[A-Za-z0-9_-]{20}/.test(dense);
}

/** Where base64 or hex of a key or store may begin: of a SEQUENCE, or of a Java store's mark (FEEDFEED, CECECECE). */
const BEGINNINGS: readonly (readonly [pattern: RegExp, encoding: "base64" | "hex"])[] = [
  [/(?<![A-Za-z0-9+/_-])(?:M[A-I]|\/u3\+7|_u3-7|zs7Oz)/g, "base64"],
  [/(?<![0-9a-f])(?:30[\s:]?[2-8]|fe[\s:]?ed[\s:]?fe[\s:]?ed|ce[\s:]?ce[\s:]?ce[\s:]?ce)/gi, "hex"],
];
/** Characters that are looked at; heads of structures lie in the first fifty bytes. */
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

/** How a text looks within base64, at each of the three places of a group where it may begin. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(" ".repeat(shift) + text).toString("base64");
    // The first and the last group, unless the text fills them, also encode what stands around it.
    const fills = (shift + text.length) % 3 === 0;
    return encoded.slice(shift === 0 ? 0 : 4, fills ? undefined : -4);
  });
}
