import { readCertificate, type Certificate, type CertificateRequest } from "../../x509";
import type { FileExchange } from "../../command/file-exchange";
import type { Admission } from "../../enrollment/documents";
import type { FileToWrite } from "./files";

/** A requested and a granted value, side by side. Both are safe to print with `listed`. */
export interface Comparison {
  readonly what: string;
  readonly asked: readonly string[];
  readonly granted: readonly string[];
  readonly ok: boolean;
}

/** Status of a CA in `signedBy.trust`. */
export type TrustStatus = "pinned" | "first-use" | "not-pinned";

interface Decided {
  readonly system: FileExchange;
  /** Undefined if nothing tells whose it is. */
  readonly party: string | undefined;
  /** Files that it came in. */
  readonly origins: readonly string[];
  /** `ignored` if it is for the other side: a request in its own stack, for example. */
  readonly decision: "accepted" | "refused" | "ignored";
  /** Reasons why it is refused or ignored. */
  readonly reasons: readonly string[];
  /** Warnings, even if it is accepted. */
  readonly warnings: readonly string[];
  /** Configuration to set, after a decision that only people can make. */
  readonly proposal?: string;
  /** Files that are written if everything is accepted. */
  readonly files: readonly FileToWrite[];
}

export interface RequestVerdict extends Decided {
  readonly kind: "request";
  readonly facts: RequestFacts;
  /** Configuration key that grants, e.g. `enrollments.MyOrg1MSP`; without one, nothing is compared. */
  readonly source?: string;
  readonly comparison: readonly Comparison[];
}

export interface AdmissionVerdict extends Decided {
  readonly kind: "admission";
  /** Undefined if files are missing, or contradict each other. */
  readonly facts?: AdmissionFacts;
  /** Status by the name of the CA's generation. */
  readonly trust: Readonly<Record<string, TrustStatus>>;
}

/** Decision on a received request or admission. */
export type Verdict = RequestVerdict | AdmissionVerdict;

/** Whether something is refused, so that nothing is imported. */
export function isRefused(verdicts: readonly Verdict[]): boolean {
  return verdicts.some(({ decision }) => decision === "refused");
}

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
interface AuthorityFacts {
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
  /** What the system adds. */
  readonly [further: string]: unknown;
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
export function factsOfAdmission(
  { authorities, certificate: pem, ...further }: Admission,
  { form: { nameField } }: FileExchange,
): AdmissionFacts {
  const { [nameField]: party, ...others } = further as Readonly<Record<string, unknown>>;
  const certificate = readCertificate(pem, `the certificate of ${String(party)}`);
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
    ...others,
  };
}

function timeOf(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
