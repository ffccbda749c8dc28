import type { Certificate } from "../../../x509";
import type { KeyPair } from "../../../verify/key-pair";

const PKCS8 = "PRIVATE KEY";

/** Finds problems with the form of a key for a reader that supports only PKCS#8. The sentences do not quote the key. */
export function pkcs8Problems({ key, origin }: KeyPair, reader: string): string[] {
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(key)?.[1];
  if (label === PKCS8) return [];
  const found = label === undefined ? "not PEM" : `a "${label}" block`;
  return [`the key in ${origin} is ${found}, but ${reader} reads "${PKCS8}" (unencrypted PKCS#8).`];
}

/**
 * Finds a key that cannot sign tokens, which requires RSA (product-microgateway v1.2.0: RS256 in the adapter,
 * SHA256withRSA in the enforcer).
 */
export function rsaProblems(certificate: Certificate, origin: string, signer: string): string[] {
  const { keyAlgorithm } = certificate;
  return keyAlgorithm.startsWith("RSA")
    ? []
    : [`the key in ${origin} is ${keyAlgorithm}, but ${signer} signs tokens only with RSA keys.`];
}
