import type { Certificate } from "../../../x509";
import type { KeyPair } from "../../../verify/key-pair";

const PKCS8 = "PRIVATE KEY";

/** Says what is wrong with the form of a key for a reader of PKCS#8 alone, in sentences. Nothing of the key is in them. */
export function pkcs8Problems({ key, origin }: KeyPair, reader: string): string[] {
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(key)?.[1];
  if (label === PKCS8) return [];
  const found = label === undefined ? "no PEM" : `a "${label}" block`;
  return [`the key in ${origin} is ${found}, and ${reader} reads "${PKCS8}" (unencrypted PKCS#8).`];
}

/** Whoever signs tokens does so with RSA (product-microgateway v1.2.0: RS256 in the adapter, SHA256withRSA in the enforcer). */
export function rsaProblems(certificate: Certificate, origin: string, signer: string): string[] {
  const { keyAlgorithm } = certificate;
  return keyAlgorithm.startsWith("RSA")
    ? []
    : [`the key in ${origin} is ${keyAlgorithm}, and ${signer} signs tokens with RSA keys only.`];
}
