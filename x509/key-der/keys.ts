import { createPublicKey, type KeyObject } from "node:crypto";
import {
  DerError,
  TAG,
  contentOf,
  elementsOf,
  readBits,
  readTlv,
  readUnsigned,
  toBigInt,
  type Tlv,
} from "../der";
import { pointProblem, readCurve, readKeyKind, type KeyKind } from "./algorithms";
import { bitsOf, readRsaNumbers, rsaProblem } from "./rsa";

/** PEM labels of private keys; each names a structure. */
export type PrivateKeyLabel = "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY";

const PARAMETERS = 0xa0;
const PUBLIC_KEY = 0xa1;

/**
 * Checks the bytes of a private key before a crypto library uses it: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) or SEC1 (RFC
 * 5915).
 * @returns why it is not a usable key, as the end of a sentence that quotes nothing of it; undefined if there is no
 *   problem
 */
export function privateKeyProblem(der: Buffer, label: PrivateKeyLabel): string | undefined {
  try {
    const sequence = readTlv(der, TAG.sequence);
    if (label === "RSA PRIVATE KEY") return rsaKeyProblem(sequence);
    if (label === "EC PRIVATE KEY") return ecKeyProblem(sequence, undefined);
    const [version, identifier, key] = elementsOf(sequence);
    if (readUnsigned(version) > 1n) return "is of an unknown version";
    return ofKind(readKeyKind(identifier), contentOf(key, TAG.octetString));
  } catch (error) {
    if (error instanceof DerError) return "is not a key";
    throw error;
  }
}

function ofKind(kind: KeyKind, key: Buffer): string | undefined {
  switch (kind.kind) {
    case "foreign":
      return `is of kind ${kind.name}, which is not supported here`;
    case "ed25519":
      return readTlv(key, TAG.octetString).content.length === 32 ? undefined : "has a wrong length";
    case "rsa":
      return rsaKeyProblem(readTlv(key, TAG.sequence));
    case "ec":
      return ecKeyProblem(readTlv(key, TAG.sequence), kind);
  }
}

/**
 * Checks an RSA key of two primes. Keys of more primes have version 1 (RFC 8017 appendix A.1.2), and few consumers read
 * them.
 */
function rsaKeyProblem(sequence: Tlv): string | undefined {
  const [version, modulus = 0n, exponent = 0n, d = 0n, p = 0n, q = 0n, ...rest] =
    elementsOf(sequence).map(readUnsigned);
  if (version !== 0n || rest.length !== 3) return "is not an RSA key of two primes";
  const problem = rsaProblem({ modulus, exponent });
  if (problem !== undefined) return problem;
  const isInRange = [d, p, q, ...rest].every((number) => number > 0n && number < modulus);
  return isInRange ? undefined : "has numbers that are out of range";
}

function ecKeyProblem(sequence: Tlv, outer: KeyKind | undefined): string | undefined {
  const [version, scalar, ...optional] = elementsOf(sequence);
  if (readUnsigned(version) !== 1n) return "is of an unknown version";
  const parameters = optional.find(({ tag }) => tag === PARAMETERS);
  const inner = parameters && readCurve(readTlvIn(parameters));
  const kind = outer ?? inner;
  if (kind?.kind !== "ec") return "is on a curve that is not supported here";
  if (inner?.kind === "ec" && inner.curve !== kind.curve) return "names two curves";
  if (inner !== undefined && inner.kind !== "ec") return "names two curves";
  const number = toBigInt(contentOf(scalar, TAG.octetString));
  if (number === 0n || number >= kind.curve.Point.Fn.ORDER)
    return "is out of the range of its curve";
  const publicKey = optional.find(({ tag }) => tag === PUBLIC_KEY);
  const problem = publicKey && pointProblem(readBits(readTlvIn(publicKey)), kind.curve);
  return problem === undefined ? undefined : `has a public key that ${problem}`;
}

/** Reads the element inside an explicit tag. */
function readTlvIn({ content }: Tlv): Tlv {
  const [tag = 0] = content;
  return readTlv(content, tag);
}

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
