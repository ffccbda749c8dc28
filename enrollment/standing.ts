import { readCertificate, readCertificateRequest } from "../x509";
import {
  AdmissionRefused,
  ForAnotherKey,
  acceptAdmission,
  decideSetbacks,
  keyOfCertificate,
  refuseAdmission,
  type Accepted,
  type Applicant,
} from "./admission";
import { digestOfAdmission } from "./admission-files";
import type { Admission, AdmissionForm, Received } from "./documents";
import { retiredAfter, setbacksOf, type InUse } from "./setbacks";

/** A party whose request another stack signs, as configured. */
export interface Member<A extends Admission = Admission> extends Omit<
  Applicant,
  "requests" | "firstUse"
> {
  readonly keys: {
    /** Names of its keys. The last one requests a certificate. */
    readonly names: readonly string[];
    /** Algorithm of the keys that are created here. */
    readonly algorithm: string;
    /** The key named `existing`, which is imported. */
    readonly existing?: string | undefined;
  };
  /** SHA-256 of an admission that is accepted even though it reverts something. @default - none */
  readonly accept?: string | undefined;
  readonly form: AdmissionForm<A>;
  readonly furtherSetbacks: InUse<A>["furtherSetbacks"];
}

/** Memory of a party's stack about itself. All of it is public. */
export interface MemberMemory<A extends Admission = Admission> {
  /** Certificate requests, PEM by the key's name. */
  readonly requests: Readonly<Record<string, string>>;
  /** The admission that was deployed last. */
  readonly admission?: A | undefined;
  /** Fingerprints of the CAs that it trusted at first use. */
  readonly firstUse?: readonly string[] | undefined;
  /** What that admission reverted when it was deployed, as the configuration accepted. */
  readonly setbacks?: readonly string[] | undefined;
  /** Fingerprints of CAs that were trusted once and that a later admission removed. */
  readonly retired?: readonly string[] | undefined;
}

export const NO_MEMORY: MemberMemory<never> = { requests: {} };

/** The current state of a party. */
export interface Standing<A extends Admission = Admission> {
  /** The admission that it may deploy; undefined if it must wait. */
  readonly accepted: Accepted<A> | undefined;
  /** The reason why it waits; undefined if it has everything that the configuration asks for. */
  readonly waiting: string | undefined;
  readonly warnings: readonly string[];
  /** Fingerprints of CAs that were trusted once but no longer are. */
  readonly retired: readonly string[];
}

/**
 * Decides what a party deploys. It never falls back behind what it has deployed: if the signing stack provides
 * nothing (or nothing for one of the party's keys), the previous admission stays in force, and an admission that
 * reverts something is refused unless the configuration accepts it.
 *
 * @throws AdmissionRefused if an admission must not be accepted.
 * @throws Error if the configuration removes the key of the deployed certificate.
 */
export function decideStanding<A extends Admission>(
  member: Member<A>,
  received: { readonly origin: string; readonly admission: Received<A> },
  memory: MemberMemory<A>,
  at: Date,
): Standing<A> {
  const { party, keys, form } = member;
  refuseChangedAlgorithm(member, memory);
  const applicant = {
    ...member,
    requests: Object.fromEntries(
      Object.entries(memory.requests).filter(([key]) => keys.names.includes(key)),
    ),
    firstUse: memory.firstUse,
  };
  const accept = (admission: A, origin: string) =>
    acceptAdmission(admission, applicant, at, origin);
  const news = judge(received, accept);
  const { admission: before, retired = [] } = memory;
  if (before === undefined) {
    if ("accepted" in news) return standOn(member, news.accepted, retired);
    return { accepted: undefined, waiting: news.reason, warnings: [], retired };
  }
  if ("accepted" in news && !isBehind(member, news.accepted, before, memory)) {
    const { admission } = news.accepted;
    const inUse = { ...member, admission: before, firstUse: memory.firstUse, retired };
    const digest = digestOfAdmission(admission, form);
    if (digest === digestOfAdmission(before, form)) {
      return standOn(member, { ...news.accepted, setbacks: memory.setbacks ?? [] }, retired);
    }
    const setbacks = setbacksOf(admission, inUse, at);
    const { problems, warnings } = decideSetbacks(member, setbacks, digest, member.accept);
    refuseAdmission(party, received.origin, problems);
    return standOn(
      member,
      { ...news.accepted, setbacks, warnings: [...warnings, ...news.accepted.warnings] },
      retiredAfter(admission, inUse),
    );
  }
  const reason =
    "reason" in news
      ? news.reason
      : `the certificate of ${party} from ${received.origin} is for its key ${news.accepted.key}, which is older than the key of the certificate in use`;
  const accepted = acceptRemembered(member, reason, () => accept(before, OWN_STATE));
  const warning = `${reason}: ${party} keeps using the certificate that it accepted before`;
  return {
    accepted: { ...accepted, setbacks: memory.setbacks ?? [] },
    waiting: reason,
    warnings: [warning, ...accepted.warnings],
    retired,
  };
}

const OWN_STATE = "this stack's own state";

/** Returns the received admission if it may be deployed, or else the reason why not. */
function judge<A extends Admission>(
  { admission, origin }: { readonly origin: string; readonly admission: Received<A> },
  accept: (admission: A, origin: string) => Accepted<A>,
): { readonly accepted: Accepted<A> } | { readonly reason: string } {
  if (admission.kind === "missing") return { reason: admission.reason };
  try {
    return { accepted: accept(admission.value, origin) };
  } catch (error) {
    if (error instanceof ForAnotherKey) return { reason: error.message };
    throw error;
  }
}

function standOn<A extends Admission>(
  member: Member<A>,
  accepted: Accepted<A>,
  retired: readonly string[],
): Standing<A> {
  const waiting = pendingKey(member, accepted);
  return { accepted, waiting, warnings: accepted.warnings, retired };
}

/** Whether a certificate is for an older key than the deployed one, for example because of outdated files. */
function isBehind(
  { keys: { names } }: Pick<Member, "keys">,
  { key }: Accepted,
  before: Admission,
  { requests }: MemberMemory,
): boolean {
  const deployed = keyOfCertificate(readCertificate(before.certificate), requests);
  return deployed !== undefined && names.indexOf(key) < names.indexOf(deployed);
}

function acceptRemembered<T>(
  { section, form }: Pick<Member, "section" | "form">,
  reason: string,
  accept: () => T,
): T {
  try {
    return accept();
  } catch (error) {
    if (error instanceof AdmissionRefused) {
      throw new Error(`${reason}; and ${error.message}`, { cause: error });
    }
    if (!(error instanceof ForAnotherKey)) throw error;
    throw new Error(
      `countersign:${section}.certificate.keys no longer lists the key whose certificate is deployed, and no other has one yet: restore it, before the newest key, until ${form.signer} has signed the newest key's request`,
      { cause: error },
    );
  }
}

/** Reports that a newer key has no certificate yet. */
function pendingKey(
  { party, keys, form }: Pick<Member, "party" | "keys" | "form">,
  { key }: Accepted,
): string | undefined {
  const newest = keys.names.at(-1);
  if (newest === key || newest === undefined) return undefined;
  return `${form.signer} has not signed the request for key ${newest} of ${party} yet; ${key} stays in use until then`;
}

/** Refuses a changed algorithm: the old key would be gone before the new one has a certificate. */
function refuseChangedAlgorithm(
  { section, keys }: Pick<Member, "section" | "keys">,
  { requests }: MemberMemory,
): void {
  const newest = keys.names.at(-1) ?? "";
  const request = requests[newest];
  if (request === undefined || newest === "existing") return;
  const { keyAlgorithm } = readCertificateRequest(request);
  if (keyAlgorithm === keys.algorithm) return;
  throw new Error(
    `countersign:${section}.certificate.algorithm is ${keys.algorithm}, but key ${newest} is ${keyAlgorithm} and a key is never changed in place: add another name at the end of certificate.keys for the new key`,
  );
}
