import type { Admission } from "../../../enrollment/documents";
import { readCertificate, type Certificate, type CertificateRequest } from "../../../x509";

/** Subject alternative names of a certificate. */
export interface NameFacts {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly emailAddresses: readonly string[];
  /** Number of names of any other kind. */
  readonly otherNames: number;
}

/** Facts about a request that a reviewer must see. */
export interface RequestFacts extends NameFacts {
  /** Subject, safe to print. */
  readonly subject: string;
  readonly keyAlgorithm: string;
  /** SHA-256 of the public key. */
  readonly publicKey: string;
  /** SHA-256 of the request. */
  readonly fingerprint: string;
}

/** Facts about a certificate that a reviewer must see. */
export interface CertificateFacts extends RequestFacts {
  readonly issuer: string;
  /** Beginning of its validity, as ISO 8601 in UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
}

/** Facts about a generation of the CA that a reviewer must see. */
export interface AuthorityFacts {
  readonly name: string;
  readonly state: "signing" | "trusted";
  readonly subject: string;
  readonly notAfter: string;
  /** SHA-256 of the CA certificate. */
  readonly fingerprint: string;
}

/** Facts about an admission that a reviewer must see. */
export interface AdmissionFacts {
  readonly certificate: CertificateFacts;
  /** Generations by name. */
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

/** Returns the facts about an admission. @throws PemError if it contains a certificate that cannot be read. */
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
