import type { KeyObject } from "node:crypto";
import { createPublicKey } from "node:crypto";

import { DerError } from "../der";
import { TAG, elementsOf, readBits, readTlv } from "../tlv";
import { readKeyKind } from "./algorithms";
import { pointProblem } from "./curves";
import { bitsOf, readRsaNumbers, rsaProblem } from "./rsa";

/** A public key that was judged by its bytes. */
export interface JudgedKey {
  /**
   * Its kind: a `KeyAlgorithm`, or for any other what it is, e.g. `RSA-1024`, `RSA-2048 with exponent 3`, `ECDSA-P521`;
   * `unreadable` if there is a problem.
   */
  readonly algorithm: string;
  /** Why it is none, as the end of a sentence about it: `is the point at infinity`. */
  readonly problem?: string;
  /** The key for computing; only of a kind that is known here and in which there is no problem. */
  readonly key?: KeyObject;
  /** Whether it is encoded as everyone encodes it: the other form of a point has another fingerprint. */
  readonly isCanonical: boolean;
  /** RSA only, hex in lower case. */
  readonly rsaModulus?: string;
}

const ED25519_SIZE = 32;

/**
 * Judges a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) by its bytes.
 *
 * Strangers send keys, and a crypto library may do anything with what is none: the point at infinity ends Node's process
 * when the key is described, and a curve's own numbers can keep OpenSSL busy for ever. So nothing but a key whose
 * numbers were looked at reaches it.
 * @param spki the bytes
 */
export function judgePublicKey(spki: Buffer): JudgedKey {
  try {
    return judge(spki);
  } catch (error) {
    if (error instanceof DerError) return unreadable("is not encoded as one (RFC 5280, DER)");
    throw error;
  }
}

function judge(spki: Buffer): JudgedKey {
  const [identifier, subjectKey, ...more] = elementsOf(readTlv(spki, TAG.sequence));
  if (more.length > 0) return unreadable("is followed by other data");
  const kind = readKeyKind(identifier);
  const bits = readBits(subjectKey);
  switch (kind.kind) {
    case "foreign":
      return { algorithm: kind.name, isCanonical: false };
    case "ed25519":
      if (bits.length !== ED25519_SIZE) return unreadable(`has ${bits.length} bytes instead of 32`);
      return withKey(spki, { algorithm: "Ed25519", isCanonical: true });
    case "ec": {
      const problem = pointProblem(bits, kind.curve);
      if (problem !== undefined) return unreadable(problem);
      return withKey(spki, { algorithm: `ECDSA-${kind.curve.name}`, isCanonical: bits[0] === 4 });
    }
    case "rsa": {
      const numbers = readRsaNumbers(bits);
      const problem = rsaProblem(numbers);
      if (problem !== undefined) return unreadable(problem);
      const { modulus, exponent } = numbers;
      // Small exponents make padding mistakes of verifiers exploitable.
      const unusual = exponent === 65537n ? "" : ` with exponent ${exponent}`;
      return withKey(spki, {
        algorithm: `RSA-${bitsOf(modulus)}${unusual}`,
        isCanonical: true,
        rsaModulus: modulus.toString(16),
      });
    }
  }
}

function withKey(spki: Buffer, judged: JudgedKey): JudgedKey {
  try {
    return { ...judged, key: createPublicKey({ key: spki, type: "spki", format: "der" }) };
  } catch {
    return unreadable("is not one that OpenSSL reads");
  }
}

function unreadable(problem: string): JudgedKey {
  return { algorithm: "unreadable", problem, isCanonical: false };
}

/**
 * Cuts the SubjectPublicKeyInfo out of a certificate (RFC 5280 section 4.1) without reading the rest.
 * @throws DerError if the bytes are not a certificate in DER as far as that
 */
export function spkiOfCertificate(der: Buffer): Buffer {
  const [content] = elementsOf(readTlv(der, TAG.sequence));
  const fields = elementsOf(content);
  // Serial number, signature, issuer, validity and subject stand before it, and the version since version 2.
  const spki = fields[fields[0]?.tag === TAG.integer ? 5 : 6];
  if (spki?.tag !== TAG.sequence) throw new DerError("a certificate without a public key.");
  return spki.raw;
}
