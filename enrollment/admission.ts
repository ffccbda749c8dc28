import {
  checkChain,
  checkIssuedBy,
  exposedKeyProblem,
  quote,
  readCertificate,
  readCertificateRequest,
  type Certificate,
  type Purpose,
} from "../x509";
import type { Admission, AdmissionForm } from "./documents";
import {
  sortGenerations,
  type ReceivedGeneration,
  type SortedGenerations,
  type TrustPolicy,
} from "./trust";

/** The state of a party with which it checks an admission. */
export interface Applicant {
  readonly party: string;
  /** Organization (O) that its certificate must have. */
  readonly organization: string;
  /** Uses that its certificate must allow. */
  readonly purposes: readonly Purpose[];
  /** Its configuration key, e.g. `services.orders`. */
  readonly section: string;
  /** The configuration key that lists the CAs that it trusts. */
  readonly trustKey: string;
  /** Words for messages. */
  readonly form: Pick<AdmissionForm, "server" | "signer">;
  /** Its previous requests, PEM by the key's name, for keys that it still has. */
  readonly requests: Readonly<Record<string, string>>;
  readonly trust: TrustPolicy;
  /** Fingerprints of the CAs that it trusted at first use; undefined before that. */
  readonly firstUse: readonly string[] | undefined;
}

/** An admission that may be deployed. */
export interface Accepted<A extends Admission = Admission> {
  readonly admission: A;
  /** Name of the key that the certificate is for. */
  readonly key: string;
  readonly trusted: readonly ReceivedGeneration[];
  /** Warnings about an acceptable admission. */
  readonly warnings: readonly string[];
  /** Setbacks: what it reverts of the admission in use, as a clause for each thing. The configuration accepts them. */
  readonly setbacks: readonly string[];
}

/** Thrown if the certificate is for none of the party's keys. That is no danger, but there is nothing to deploy. */
export class ForAnotherKey extends Error {
  override readonly name = "ForAnotherKey";
}

/** Thrown for an admission that no party should accept. The message lists every reason. */
export class AdmissionRefused extends Error {
  override readonly name = "AdmissionRefused";
}

/**
 * Checks an admission from the signing stack before any of it is deployed. The certificate must be for a key of this
 * party, in its name, for its uses, valid now, and issued by a CA that this party was told to trust.
 *
 * @param origin origin of the admission, for messages.
 * @throws ForAnotherKey
 * @throws AdmissionRefused
 */
export function acceptAdmission<A extends Admission>(
  admission: A,
  applicant: Applicant,
  at: Date,
  origin: string,
): Accepted<A> {
  const { party } = applicant;
  const certificate = readCertificate(
    admission.certificate,
    `the certificate of ${party} from ${origin}`,
  );
  const key = keyOfCertificate(certificate, applicant.requests);
  if (key === undefined) {
    const names = Object.keys(applicant.requests).join(", ") || "none yet";
    throw new ForAnotherKey(
      `the certificate of ${party} from ${origin} is for none of its keys (${names})`,
    );
  }
  const { trusted, unknown, problems } = checkAdmission(admission, applicant, at);
  refuseAdmission(party, origin, problems);
  return {
    admission,
    key,
    trusted,
    warnings: unknown.map((generation) => unknownGeneration(generation, applicant, origin)),
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
 * @param digest its SHA-256.
 * @param accept the SHA-256 of the admission that the configuration accepts.
 */
export function decideSetbacks(
  { section, form }: Pick<Applicant, "section" | "form">,
  setbacks: readonly string[],
  digest: string,
  accept: string | undefined,
): SetbackDecision {
  const key = `countersign:${section}.signedBy.accept`;
  if (setbacks.length === 0 || accept === digest) {
    return { problems: [], warnings: setbacks.map((text) => `${text}; ${key} accepts it`) };
  }
  const advice = `ask ${form.signer} over another channel whether this is intended, and set ${key} to ${digest} if so`;
  return { problems: setbacks.map((text) => `${text}: ${advice}`), warnings: [] };
}

/** Refuses an admission. @throws AdmissionRefused if there is a problem. */
export function refuseAdmission(party: string, origin: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const reasons = problems.map((problem) => `\n  - ${problem}`).join("");
  throw new AdmissionRefused(
    `the certificate of ${party} from ${origin} is refused, and nothing was changed:${reasons}`,
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
  applicant: Omit<Applicant, "requests">,
  at: Date,
): SortedGenerations & { readonly problems: readonly string[] } {
  const { party, trust, firstUse } = applicant;
  const certificate = readCertificate(admission.certificate, `the certificate of ${party}`);
  const { trusted, unknown } = sortGenerations(admission, trust, firstUse);
  const problems = [
    ...checkOrganization(certificate, applicant),
    ...checkNoCa(certificate),
    ...checkIssuer(certificate, trusted, unknown, at, applicant),
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

function checkOrganization(
  { subject }: Certificate,
  { organization, form }: Pick<Applicant, "organization" | "form">,
): string[] {
  const { organizations } = subject;
  if (organizations.length === 1 && organizations[0] === organization) return [];
  const found = organizations.map(quote).join(", ") || "none";
  return [`its organization (O) is ${found}, but ${form.server} expects ${quote(organization)}`];
}

/**
 * Refuses a CA certificate, whose holder could sign certificates for every party. Nobody who requested a leaf
 * should have one.
 */
function checkNoCa({ isCa }: Certificate): string[] {
  return isCa ? ["it is a CA's own certificate (CA:TRUE), and no party needs one"] : [];
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
  applicant: Pick<Applicant, "purposes" | "trustKey" | "form">,
): string[] {
  const isIssuer = ({ certificate: ca }: ReceivedGeneration) =>
    checkIssuedBy(certificate, ca).length === 0;
  // A CA that renewed its certificate is the issuer by both certificates; it suffices if one of them is trusted.
  const stranger = trusted.some(isIssuer) ? undefined : unknown.find(isIssuer);
  const anchors = (stranger ? [stranger] : trusted).map((generation) => generation.certificate);
  const findings = new Set(
    applicant.purposes.flatMap((purpose) =>
      checkChain(certificate, anchors, { at, purpose }).map(({ message }) => message),
    ),
  );
  return stranger ? [untrusted(stranger, applicant), ...findings] : [...findings];
}

function untrusted(
  { name, certificate }: ReceivedGeneration,
  { trustKey, form }: Pick<Applicant, "trustKey" | "form">,
): string {
  return `its CA, generation ${name} (${certificate.subject.text}, SHA-256 ${certificate.fingerprint}), is not one that countersign:${trustKey} lists: ask ${form.signer} for the fingerprint over another channel, compare it, and add it there`;
}

/** Advises on a CA that is offered besides the one that issued the certificate. */
export function unknownGeneration(
  { name, certificate }: ReceivedGeneration,
  { trustKey, form }: Pick<Applicant, "trustKey" | "form">,
  origin: string,
): string {
  return `${origin} also offers CA generation ${name} (${certificate.subject.text}, SHA-256 ${certificate.fingerprint}), which is not trusted: before ${form.signer} lets it sign, compare the fingerprint over another channel and add it to countersign:${trustKey}`;
}
