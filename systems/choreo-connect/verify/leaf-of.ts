import { checkIssuedBy, type Certificate } from "../../../x509";

/** Whether one of the CAs signed a certificate that is not a CA itself, regardless of their validity periods. */
export function isLeafOf(certificate: Certificate, cas: readonly Certificate[]): boolean {
  if (certificate.isCa) return false;
  return cas.some((ca) =>
    checkIssuedBy(certificate, ca).every(
      ({ code }) => code !== "unknown-issuer" && code !== "signature",
    ),
  );
}
