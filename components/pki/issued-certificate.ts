import { readCertificate } from "../../x509";

/** A certificate and what people ask about it; all of it public. */
export interface IssuedCertificate {
  /** One PEM block. */
  readonly certificate: string;
  /** End of its life, RFC 3339. */
  readonly notAfter: string;
  /** SHA-256 of the certificate in DER, hex. */
  readonly fingerprint: string;
}

export function describe(pem: string): IssuedCertificate {
  const { notAfter, fingerprint } = readCertificate(pem);
  return { certificate: pem, notAfter: notAfter.toISOString(), fingerprint };
}

/**
 * Whether a certificate that was made elsewhere is still to be used: until it is time to renew it.
 *
 * @param renewBeforeHours before its end.
 */
export function stillGood(pem: string, renewBeforeHours: number): boolean {
  const { notAfter } = readCertificate(pem);
  return Date.now() < notAfter.getTime() - renewBeforeHours * 3_600_000;
}
