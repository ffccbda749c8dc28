import { DerError } from "../der";
import { TAG, elementsOf, readTlv, readUnsigned } from "../tlv";

/** An RSA public key (RFC 8017 section 3.1). */
export interface RsaNumbers {
  readonly modulus: bigint;
  readonly exponent: bigint;
}

/** The largest modulus that OpenSSL computes with, in bits. */
const LONGEST_MODULUS = 16384;
const SHORTEST_MODULUS = 512;
/**
 * Longest exponent in bits. With a long exponent, one signature check takes seconds; OpenSSL has the same limit for
 * large moduli.
 */
const LONGEST_EXPONENT = 64;

/**
 * Reads an RSAPublicKey (RFC 8017 appendix A.1.1).
 * @throws DerError if it is malformed
 */
export function readRsaNumbers(der: Buffer): RsaNumbers {
  const [modulus, exponent, ...more] = elementsOf(readTlv(der, TAG.sequence)).map(readUnsigned);
  if (modulus === undefined || exponent === undefined || more.length > 0)
    throw new DerError("not an RSAPublicKey.");
  return { modulus, exponent };
}

/**
 * Describes why numbers are not a usable RSA key.
 * @returns the end of a sentence about the key; undefined if there is no problem
 */
export function rsaProblem({ modulus, exponent }: RsaNumbers): string | undefined {
  const size = bitsOf(modulus);
  if (size < SHORTEST_MODULUS || size > LONGEST_MODULUS)
    return `has a modulus of ${size} bits; RSA keys have ${SHORTEST_MODULUS} to ${LONGEST_MODULUS}`;
  if (modulus % 2n === 0n) return "has a modulus that is even";
  if (exponent < 3n || exponent % 2n === 0n || bitsOf(exponent) > LONGEST_EXPONENT)
    return `has an exponent that is not an odd number from 3 to ${LONGEST_EXPONENT} bits`;
  return undefined;
}

/** Number of binary digits of a number. */
export function bitsOf(number: bigint): number {
  return number === 0n ? 0 : number.toString(2).length;
}
