import type { Checklist } from "../../../verify/check";
import type { KeyPair } from "../../../verify/leaf-checks";
import { checkIssuedBy, type Certificate } from "../../../x509";
import { TODO } from "./surroundings";

/** Checks that a certificate is the last one issued: a Secret may be written by hand, or a pod have an older one. */
export function checkIssuedLast(
  list: Checklist,
  leaf: Certificate,
  origin: string,
  issued: { readonly fingerprint: string } | undefined,
): void {
  if (issued === undefined) return;
  const short = (fingerprint: string) => `SHA-256 ${fingerprint.slice(0, 16)}...`;
  list.judge(
    "certificate",
    leaf.fingerprint === issued.fingerprint
      ? []
      : [
          `${origin} has a certificate (${short(leaf.fingerprint)}) that is not the one issued last (${short(issued.fingerprint)}).`,
        ],
    "its certificate is the one that the stack issued last",
    TODO.issue,
  );
}

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

/** Whether one of the CAs signed a certificate that is not a CA itself, regardless of their validity periods. */
export function isLeafOf(certificate: Certificate, cas: readonly Certificate[]): boolean {
  if (certificate.isCa) return false;
  return cas.some((ca) =>
    checkIssuedBy(certificate, ca).every(
      ({ code }) => code !== "unknown-issuer" && code !== "signature",
    ),
  );
}
