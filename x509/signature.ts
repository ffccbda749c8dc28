import { type KeyObject, verify } from "node:crypto";

import type { AlgorithmIdentifier } from "@peculiar/asn1-x509";

import { type Bytes, toBuffer } from "./der";

interface SignatureScheme {
  readonly name: string;
  /** Key type, as in `KeyObject.asymmetricKeyType`. */
  readonly key: "rsa" | "ec" | "ed25519";
  /** Digest for node:crypto; null if the scheme includes one. */
  readonly digest: "sha256" | "sha384" | "sha512" | null;
}

/** Signature algorithms that are accepted as proof: SHA-256 or better (RFC 4055, RFC 5758, RFC 8410). */
const ACCEPTED: Readonly<Record<string, SignatureScheme>> = {
  "1.2.840.113549.1.1.11": { name: "sha256WithRSAEncryption", key: "rsa", digest: "sha256" },
  "1.2.840.113549.1.1.12": { name: "sha384WithRSAEncryption", key: "rsa", digest: "sha384" },
  "1.2.840.113549.1.1.13": { name: "sha512WithRSAEncryption", key: "rsa", digest: "sha512" },
  "1.2.840.10045.4.3.2": { name: "ecdsa-with-SHA256", key: "ec", digest: "sha256" },
  "1.2.840.10045.4.3.3": { name: "ecdsa-with-SHA384", key: "ec", digest: "sha384" },
  "1.2.840.10045.4.3.4": { name: "ecdsa-with-SHA512", key: "ec", digest: "sha512" },
  "1.3.101.112": { name: "Ed25519", key: "ed25519", digest: null },
};

/** Names of refused signature algorithms, so that messages can name what was found. */
const REFUSED: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.4": "md5WithRSAEncryption",
  "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
  "1.2.840.113549.1.1.10": "RSASSA-PSS",
  "1.2.840.113549.1.1.14": "sha224WithRSAEncryption",
  "1.2.840.10045.4.1": "ecdsa-with-SHA1",
  "1.2.840.10045.4.3.1": "ecdsa-with-SHA224",
};

/** Names of the accepted signature algorithms, for messages. */
export const ACCEPTED_SIGNATURES: readonly string[] = Object.values(ACCEPTED).map(
  ({ name }) => name,
);

/** Names a signature algorithm; returns the object identifier of an unknown one. */
export function describeSignature({ algorithm }: AlgorithmIdentifier): string {
  return ACCEPTED[algorithm]?.name ?? REFUSED[algorithm] ?? algorithm;
}

/**
 * Verifies a signature by an accepted algorithm.
 * @param data the signed bytes
 * @param algorithm the algorithm that accompanies the signature
 * @param key the public key
 * @param signature the bytes of the signature
 * @returns false for a wrong signature, an algorithm that is not accepted, or an algorithm for another type of key
 */
export function verifySignature(
  data: Bytes,
  algorithm: AlgorithmIdentifier,
  key: KeyObject,
  signature: Bytes,
): boolean {
  const scheme = ACCEPTED[algorithm.algorithm];
  if (scheme?.key !== key.asymmetricKeyType || scheme === undefined) return false;
  // The identifier is not part of the signed bytes, so its form must be fixed as well: parameters are NULL for RSA (RFC
  // 4055 section 5) and absent for the others (RFC 5758 section 3.2, RFC 8410 section 3).
  if (algorithm.parameters !== (scheme.key === "rsa" ? null : undefined)) return false;
  try {
    return verify(scheme.digest, toBuffer(data), key, toBuffer(signature));
  } catch {
    // OpenSSL throws for some keys, e.g. one of 8192 bits with exponent 1, instead of rejecting the signature.
    return false;
  }
}
