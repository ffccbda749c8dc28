import type { Checklist } from "../../../verify/check";
import type { KeyPair } from "../../../verify/leaf-checks";
import { checkIssued, keyFormProblems } from "../../../verify/pair-checks";
import { checkIssuedBy, type Certificate } from "../../../x509";
import { TODO } from "./surroundings";

/** Checks that a certificate is the last one issued: a Secret may be written by hand, or a pod have an older one. */
export function checkIssuedLast(
  list: Checklist,
  leaf: Certificate,
  origin: string,
  issued: { readonly fingerprint: string } | undefined,
): void {
  checkIssued(list, { leaf, origin, issued: issued?.fingerprint, todo: TODO.issue });
}

/** Finds problems with the form of a key for a reader that supports only PKCS#8. */
export function pkcs8Problems(pair: KeyPair, reader: string): string[] {
  return keyFormProblems(pair, "pkcs8", `${reader} reads`);
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

/** Whether one of the CAs signed a certificate that is not a CA itself, regardless of their validity periods. */
export function isLeafOf(certificate: Certificate, cas: readonly Certificate[]): boolean {
  if (certificate.isCa) return false;
  return cas.some((ca) =>
    checkIssuedBy(certificate, ca).every(
      ({ code }) => code !== "unknown-issuer" && code !== "signature",
    ),
  );
}
