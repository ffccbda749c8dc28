import { DerError } from "../der";
import { TAG, readHead } from "../tlv";

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
export function structureOf(head: Buffer): "key" | "store" | undefined {
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
