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
