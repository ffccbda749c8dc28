import { readCertificate } from "../../../x509";
import { makeLeaf, type CertificateOptions } from "../../unit/x509/make-certificate";
import { keys } from "../../unit/x509/make-keys";
import type { Attribute } from "../../unit/x509/make-names";

const HOUR = 3_600_000;

/** The private key of {@link existingCertificate}, as PKCS#8. */
export const EXISTING_KEY = keys("p256")
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();

/** A certificate that was issued elsewhere and is valid for a whole number of hours. */
export function existingCertificate(
  hoursLeft: number,
  subject: readonly Attribute[] = [["O", "MyOrg1MSP"]],
  options: CertificateOptions = {},
): string {
  const notAfter = Math.floor(Date.now() / 1000) * 1000 + hoursLeft * HOUR;
  return makeLeaf({
    subject,
    notBefore: new Date(notAfter - 10_000 * HOUR).toISOString(),
    notAfter: new Date(notAfter).toISOString(),
    ...options,
  });
}

/** Facts that a component states about a certificate. */
export function issued(certificate: string) {
  const { notAfter, fingerprint } = readCertificate(certificate);
  return { certificate, notAfter: notAfter.toISOString(), fingerprint };
}
