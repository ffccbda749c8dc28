import type { Admission } from "../../../enrollment/documents";
import { readCertificate, type Certificate, type CertificateRequest } from "../../../x509";

/** The names that a certificate is for, besides its subject. */
export interface NameFacts {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly emailAddresses: readonly string[];
  /** How many there are of any other kind. */
  readonly otherNames: number;
}

/** What a reviewer must see of a request. */
export interface RequestFacts extends NameFacts {
  /** Safe to print. */
  readonly subject: string;
  readonly keyAlgorithm: string;
  /** SHA-256 of the public key. */
  readonly publicKey: string;
  /** SHA-256 of the request. */
  readonly fingerprint: string;
}

/** What a reviewer must see of a certificate. */
export interface CertificateFacts extends RequestFacts {
  readonly issuer: string;
  /** ISO 8601, in UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
}

/** What a reviewer must see of a CA's generation. */
export interface AuthorityFacts {
  readonly name: string;
  readonly state: "signing" | "trusted";
  readonly subject: string;
  readonly notAfter: string;
  /** SHA-256 of the CA certificate. */
  readonly fingerprint: string;
}

/** What a reviewer must see of an admission. */
export interface AdmissionFacts {
  readonly certificate: CertificateFacts;
  /** By name. */
  readonly authorities: readonly AuthorityFacts[];
  readonly channels: readonly string[];
  readonly orchestrator: Admission["orchestrator"];
}

export function factsOfRequest(request: CertificateRequest | Certificate): RequestFacts {
  const { dnsNames, ipAddresses, uris, emailAddresses, otherNames } = request;
  return {
    subject: request.subject.text,
    dnsNames,
    ipAddresses,
    uris,
    emailAddresses,
    otherNames,
    keyAlgorithm: request.keyAlgorithm,
    publicKey: request.publicKeyFingerprint,
    fingerprint: request.fingerprint,
  };
}

/** @throws PemError if a certificate in it is none. */
export function factsOfAdmission(admission: Admission): AdmissionFacts {
  const { mspId, authorities, channels, orchestrator } = admission;
  const certificate = readCertificate(admission.certificate, `the certificate of ${mspId}`);
  return {
    certificate: {
      ...factsOfRequest(certificate),
      issuer: certificate.issuer.text,
      notBefore: timeOf(certificate.notBefore),
      notAfter: timeOf(certificate.notAfter),
    },
    authorities: Object.entries(authorities)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, { state, certificate: pem }]) => {
        const ca = readCertificate(pem, `the certificate of CA generation ${name}`);
        return {
          name,
          state,
          subject: ca.subject.text,
          notAfter: timeOf(ca.notAfter),
          fingerprint: ca.fingerprint,
        };
      }),
    channels,
    orchestrator,
  };
}

function timeOf(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
