import { generateKeyPairSync, sign } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier, Certificate, SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import { readPem, toPem } from "../../x509";
import type { PemPair } from "./handshake";

const ECDSA_SHA256 = "1.2.840.10045.4.3.2";

/**
 * Creates the best forgery that a stranger can make: a copy of the genuine certificate, including the issuer's name
 * and key identifiers, but for the stranger's own key and signed by the stranger's own CA.
 */
export function impostorOf(certificatePem: string): PemPair {
  const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ca = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const certificate = AsnConvert.parse(
    readPem(certificatePem, "CERTIFICATE", "the certificate").der,
    Certificate,
  );
  const content = certificate.tbsCertificate;
  const algorithm = new AlgorithmIdentifier({ algorithm: ECDSA_SHA256 });
  content.signature = algorithm;
  content.subjectPublicKeyInfo = AsnConvert.parse(
    own.publicKey.export({ type: "spki", format: "der" }),
    SubjectPublicKeyInfo,
  );
  delete certificate.tbsCertificateRaw; // otherwise the library would write the genuine content
  certificate.signatureAlgorithm = algorithm;
  const signature = sign("sha256", Buffer.from(AsnConvert.serialize(content)), ca.privateKey);
  certificate.signatureValue = Uint8Array.from(signature).buffer;
  return {
    certificate: toPem("CERTIFICATE", new Uint8Array(AsnConvert.serialize(certificate))),
    key: own.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
