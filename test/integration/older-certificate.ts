import { sign } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Certificate, Time } from "@peculiar/asn1-x509";
import { readPem, toPem } from "../../x509";

/**
 * Returns the certificate as its CA would have signed it some days earlier: with the same key, names and serial number.
 *
 * @param caKey key of that CA, an EC key on P-256.
 */
export function olderCertificate(pem: string, caKey: string, days: number): string {
  const { der } = readPem(pem, "CERTIFICATE", "the certificate");
  const certificate = AsnConvert.parse(der, Certificate);
  const { validity } = certificate.tbsCertificate;
  validity.notBefore = earlier(validity.notBefore, days);
  validity.notAfter = earlier(validity.notAfter, days);
  const content = Buffer.from(AsnConvert.serialize(certificate.tbsCertificate));
  certificate.signatureValue = Uint8Array.from(sign("sha256", content, caKey)).buffer;
  return toPem("CERTIFICATE", new Uint8Array(AsnConvert.serialize(certificate)));
}

function earlier(time: Time, days: number): Time {
  return new Time(new Date(time.getTime().getTime() - days * 86_400_000));
}
