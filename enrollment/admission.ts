import {
  checkChain,
  checkIssuedBy,
  exposedKeyProblem,
  quote,
  readCertificate,
  readCertificateRequest,
  type Certificate,
} from "../x509";
import { digestOfAdmission } from "./admission-files";
import type { Admission } from "./documents";
import {
  sortGenerations,
  type ReceivedGeneration,
  type SortedGenerations,
  type TrustPolicy,
} from "./trust";

/** The state of an organization with which it checks an admission. */
export interface Applicant {
  readonly mspId: string;
  /** Its previous requests, PEM by the key's name, for keys that it still has. */
  readonly requests: Readonly<Record<string, string>>;
  readonly trust: TrustPolicy;
  /** Fingerprints of the CAs that it trusted at first use; undefined before that. */
  readonly firstUse: readonly string[] | undefined;
}

/** An admission that may be deployed. */
export interface Accepted {
  readonly admission: Admission;
  /** Name of the key that the certificate is for. */
  readonly key: string;
  readonly trusted: readonly ReceivedGeneration[];
  /** Warnings about an acceptable admission. */
  readonly warnings: readonly string[];
  /** Setbacks: what it reverts of the admission in use, as a clause for each thing. The configuration accepts them. */
  readonly setbacks: readonly string[];
}

/** Thrown if the certificate is for none of the organization's keys. That is no danger, but there is nothing to deploy. */
export class ForAnotherKey extends Error {
  override readonly name = "ForAnotherKey";
}

/** Thrown for an admission that no organization should accept. The message lists every reason. */
export class AdmissionRefused extends Error {
  override readonly name = "AdmissionRefused";
}

/**
 * Checks an admission from the consortium before any of it is deployed. The certificate must be for a key of this
 * organization, for its MSP ID, for clients, valid now, and issued by a CA that this organization was told to trust.
 *
 * @param origin origin of the admission, for messages.
 * @throws ForAnotherKey
 * @throws AdmissionRefused
 */
export function acceptAdmission(
  admission: Admission,
  applicant: Applicant,
  at: Date,
  origin: string,
): Accepted {
  const { mspId } = applicant;
  const certificate = readCertificate(
    admission.certificate,
    `the certificate of ${mspId} from ${origin}`,
  );
  const key = keyOfCertificate(certificate, applicant.requests);
  if (key === undefined) {
    const names = Object.keys(applicant.requests).join(", ") || "none yet";
    throw new ForAnotherKey(
      `the certificate of ${mspId} from ${origin} is for none of its keys (${names})`,
    );
  }
  const { trusted, unknown, problems } = checkAdmission(admission, applicant, at);
  refuseAdmission(mspId, origin, problems);
  return {
    admission,
    key,
    trusted,
    warnings: unknown.map((generation) => unknownGeneration(generation, mspId, origin)),
    setbacks: [],
  };
}

/** Problems and warnings about an admission because of what it reverts. */
export interface SetbackDecision {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Decides on an admission that reverts something: it is refused unless the configuration accepts exactly this
 * admission.
 *
 * @param accept the SHA-256 of the admission that the configuration accepts.
 */
export function decideSetbacks(
  admission: Admission,
  setbacks: readonly string[],
  accept: string | undefined,
): SetbackDecision {
  const key = `countersign:organizations.${admission.mspId}.signedBy.accept`;
  const digest = digestOfAdmission(admission);
  if (setbacks.length === 0 || accept === digest) {
    return { problems: [], warnings: setbacks.map((text) => `${text}; ${key} accepts it`) };
  }
  const advice = `ask the consortium over another channel whether this is intended, and set ${key} to ${digest} if so`;
  return { problems: setbacks.map((text) => `${text}: ${advice}`), warnings: [] };
}

/** Refuses an admission. @throws AdmissionRefused if there is a problem. */
export function refuseAdmission(mspId: string, origin: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const reasons = problems.map((problem) => `\n  - ${problem}`).join("");
  throw new AdmissionRefused(
    `the certificate of ${mspId} from ${origin} is refused, and nothing was changed:${reasons}`,
  );
}

/**
 * Checks everything in an admission except the key that the certificate is for.
 *
 * @returns its CAs, trusted or not, and every reason to refuse it.
 * @throws PemError if it contains a certificate that cannot be read.
 */
export function checkAdmission(
  admission: Admission,
  { mspId, trust, firstUse }: Pick<Applicant, "mspId" | "trust" | "firstUse">,
  at: Date,
): SortedGenerations & { readonly problems: readonly string[] } {
  const certificate = readCertificate(admission.certificate, `the certificate of ${mspId}`);
  const { trusted, unknown } = sortGenerations(admission, trust, firstUse);
  const problems = [
    ...checkOrganization(certificate, mspId),
    ...checkNoCa(certificate),
    ...checkIssuer(certificate, trusted, unknown, at, mspId),
    ...checkPublished(certificate, [...trusted, ...unknown]),
  ];
  return { trusted, unknown, problems };
}

/** Finds the name of the key that a certificate is for, among the keys of the requests. */
export function keyOfCertificate(
  { publicKeyFingerprint }: Certificate,
  requests: Applicant["requests"],
): string | undefined {
  return Object.entries(requests).find(
    ([, request]) => readCertificateRequest(request).publicKeyFingerprint === publicKeyFingerprint,
  )?.[0];
}

function checkOrganization({ subject }: Certificate, mspId: string): string[] {
  const { organizations } = subject;
  if (organizations.length === 1 && organizations[0] === mspId) return [];
  const found = organizations.map(quote).join(", ") || "none";
  return [`its organization (O) is ${found}, but the orchestrator expects ${quote(mspId)}`];
}

/**
 * Refuses a CA certificate, whose holder could sign certificates for every organization. Nobody who requested a leaf
 * should have one.
 */
function checkNoCa({ isCa }: Certificate): string[] {
  return isCa ? ["it is a CA's own certificate (CA:TRUE), and no organization needs one"] : [];
}

/** Refuses certificates whose private key everybody has, including those of CAs that are offered but not trusted yet. */
function checkPublished(
  certificate: Certificate,
  generations: readonly ReceivedGeneration[],
): string[] {
  const ofLeaf = exposedKeyProblem(certificate);
  return [
    ...(ofLeaf === undefined ? [] : [`it ${ofLeaf}`]),
    ...generations.flatMap(({ name, certificate: ca }) => {
      const problem = exposedKeyProblem(ca);
      return problem === undefined ? [] : [`CA generation ${name} (${ca.subject.text}) ${problem}`];
    }),
  ];
}

function checkIssuer(
  certificate: Certificate,
  trusted: readonly ReceivedGeneration[],
  unknown: readonly ReceivedGeneration[],
  at: Date,
  mspId: string,
): string[] {
  const isIssuer = ({ certificate: ca }: ReceivedGeneration) =>
    checkIssuedBy(certificate, ca).length === 0;
  // A CA that renewed its certificate is the issuer by both certificates; it suffices if one of them is trusted.
  const stranger = trusted.some(isIssuer) ? undefined : unknown.find(isIssuer);
  const findings = checkChain(
    certificate,
    (stranger ? [stranger] : trusted).map((generation) => generation.certificate),
    { at, purpose: "clientAuth" },
  ).map(({ message }) => message);
  return stranger ? [untrusted(stranger, mspId), ...findings] : findings;
}

function untrusted({ name, certificate }: ReceivedGeneration, mspId: string): string {
  return `its CA, generation ${name} (${certificate.subject.text}, SHA-256 ${certificate.fingerprint}), is not one that ${keyOfTrust(mspId)} lists: ask the consortium for the fingerprint over another channel, compare it, and add it there`;
}

/** Advises on a CA that is offered besides the one that issued the certificate. */
export function unknownGeneration(
  { name, certificate }: ReceivedGeneration,
  mspId: string,
  origin: string,
): string {
  return `${origin} also offers CA generation ${name} (${certificate.subject.text}, SHA-256 ${certificate.fingerprint}), which is not trusted: before the consortium lets it sign, compare the fingerprint over another channel and add it to ${keyOfTrust(mspId)}`;
}

const keyOfTrust = (mspId: string) => `countersign:organizations.${mspId}.signedBy.trust`;
