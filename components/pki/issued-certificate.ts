import { readCertificate } from "../../x509";

/** A certificate with its expiry and fingerprint; all of it public. */
export interface IssuedCertificate {
  /** The certificate, one PEM block. */
  readonly certificate: string;
  /** Time of expiry, RFC 3339. */
  readonly notAfter: string;
  /** SHA-256 of the certificate in DER, hex. */
  readonly fingerprint: string;
}

export function describe(pem: string): IssuedCertificate {
  const { notAfter, fingerprint } = readCertificate(pem);
  return { certificate: pem, notAfter: notAfter.toISOString(), fingerprint };
}

/**
 * Whether a certificate that was issued elsewhere is still used: until it is due for renewal.
 *
 * @param renewBeforeHours hours before expiry at which it is renewed.
 */
export function stillGood(pem: string, renewBeforeHours: number): boolean {
  const { notAfter } = readCertificate(pem);
  return Date.now() < notAfter.getTime() - renewBeforeHours * 3_600_000;
}
