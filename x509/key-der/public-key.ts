import { createPublicKey, type KeyObject } from "node:crypto";

import { DerError, TAG, elementsOf, readBits, readTlv, type Tlv } from "../der";
import { pointProblem, readKeyKind } from "./algorithms";
import { bitsOf, readRsaNumbers, rsaProblem } from "./rsa";

/** A public key whose bytes were checked. */
interface JudgedKey {
  /**
   * Its algorithm: a `KeyAlgorithm`, or a description of any other key, e.g. `RSA-1024`, `RSA-2048 with exponent 3`,
   * `ECDSA-P521`; `unreadable` if there is a problem.
   */
  readonly algorithm: string;
  /** Why it is not a valid key, as the end of a sentence about it: `is the point at infinity`. */
  readonly problem?: string;
  /** The key for cryptographic operations. It is set only if its kind is known here and it has no problem. */
  readonly key?: KeyObject;
  /** Whether it is in its usual encoding. The other form of a point has another fingerprint. */
  readonly isCanonical: boolean;
  /** Modulus of an RSA key, lower-case hex. */
  readonly rsaModulus?: string;
}

const ED25519_SIZE = 32;

/**
 * Checks the bytes of a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
 *
 * Keys come from strangers, and a crypto library may do anything with invalid ones: describing the point at infinity
 * crashes the Node process, and explicit curve parameters can keep OpenSSL busy forever. So only keys whose numbers
 * were checked reach it.
 * @param spki the bytes
 */
export function judgePublicKey(spki: Buffer): JudgedKey {
  try {
    return judge(spki);
  } catch (error) {
    if (error instanceof DerError)
      return unreadable("is not encoded as a public key (RFC 5280, DER)");
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
 * Extracts the SubjectPublicKeyInfo from a certificate (RFC 5280 section 4.1) without reading the rest.
 * @throws DerError if the bytes up to it are not a certificate in DER
 */
export function spkiOfCertificate(der: Buffer): Buffer {
  // It follows the serial number, signature, issuer, validity and subject.
  const spki = fieldsOf(der)[5];
  if (spki?.tag !== TAG.sequence) throw new DerError("a certificate without a public key.");
  return spki.raw;
}

/**
 * Extracts the subject's name from a certificate, as encoded.
 * @throws DerError if the bytes up to it are not a certificate in DER
 */
export function subjectOfCertificate(der: Buffer): Tlv {
  const subject = fieldsOf(der)[4];
  if (subject?.tag !== TAG.sequence) throw new DerError("a certificate without a subject.");
  return subject;
}

/** Returns the fields of a certificate from the serial number on. Since version 2, the version precedes it. */
function fieldsOf(der: Buffer): Tlv[] {
  const [content] = elementsOf(readTlv(der, TAG.sequence));
  const fields = elementsOf(content);
  return fields[0]?.tag === TAG.integer ? fields : fields.slice(1);
}
