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
import { rsaProblem } from "./rsa";

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
