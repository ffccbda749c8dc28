import { readCertificate, readCertificateRequest } from "../x509";
import {
  AdmissionRefused,
  ForAnotherKey,
  acceptAdmission,
  decideSetbacks,
  keyOfCertificate,
  refuseAdmission,
  type Accepted,
} from "./admission";
import { digestOfAdmission } from "./admission-files";
import type { Admission, Received } from "./documents";
import { retiredAfter, setbacksOf, type InUse } from "./setbacks";
import type { TrustPolicy } from "./trust";

/** An organization whose request another stack signs, as configured. */
export interface Member {
  readonly mspId: string;
  readonly keys: {
    /** Names of its keys. The last one requests a certificate. */
    readonly names: readonly string[];
    /** Algorithm of the keys that are created here. */
    readonly algorithm: string;
    /** The key named `existing`, which is imported. */
    readonly existing?: string | undefined;
  };
  readonly trust: TrustPolicy;
  /** SHA-256 of an admission that is accepted even though it reverts something. @default - none */
  readonly accept?: string | undefined;
  /** Returns the address at which its backend dials an orchestrator with these endpoints; undefined if there is none. */
  readonly dials: InUse["dials"];
}

/** Memory of an organization's stack about itself. All of it is public. */
export interface MemberMemory {
  /** Certificate requests, PEM by the key's name. */
  readonly requests: Readonly<Record<string, string>>;
  /** The admission that was deployed last. */
  readonly admission?: Admission | undefined;
  /** Fingerprints of the CAs that it trusted at first use. */
  readonly firstUse?: readonly string[] | undefined;
  /** What that admission reverted when it was deployed, as the configuration accepted. */
  readonly setbacks?: readonly string[] | undefined;
  /** Fingerprints of CAs that were trusted once and that a later admission removed. */
  readonly retired?: readonly string[] | undefined;
}

export const NO_MEMORY: MemberMemory = { requests: {} };

/** The current state of an organization. */
export interface Standing {
  /** The admission that it may deploy; undefined if it must wait. */
  readonly accepted: Accepted | undefined;
  /** The reason why it waits; undefined if it has everything that the configuration asks for. */
  readonly waiting: string | undefined;
  readonly warnings: readonly string[];
  /** Fingerprints of CAs that were trusted once but no longer are. */
  readonly retired: readonly string[];
}

/**
 * Decides what an organization deploys. It never falls back behind what it has deployed: if the consortium provides
 * nothing (or nothing for one of the organization's keys), the previous admission stays in force, and an admission that
 * reverts something is refused unless the configuration accepts it.
 *
 * @throws AdmissionRefused if an admission must not be accepted.
 * @throws Error if the configuration removes the key of the deployed certificate.
 */
export function decideStanding(
  member: Member,
  received: { readonly origin: string; readonly admission: Received<Admission> },
  memory: MemberMemory,
  at: Date,
): Standing {
  const { mspId, keys } = member;
  refuseChangedAlgorithm(member, memory);
  const applicant = {
    mspId,
    requests: Object.fromEntries(
      Object.entries(memory.requests).filter(([key]) => keys.names.includes(key)),
    ),
    trust: member.trust,
    firstUse: memory.firstUse,
  };
  const accept = (admission: Admission, origin: string) =>
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
    if (digestOfAdmission(admission) === digestOfAdmission(before)) {
      return standOn(member, { ...news.accepted, setbacks: memory.setbacks ?? [] }, retired);
    }
    const setbacks = setbacksOf(admission, inUse, at);
    const { problems, warnings } = decideSetbacks(admission, setbacks, member.accept);
    refuseAdmission(mspId, received.origin, problems);
    return standOn(
      member,
      { ...news.accepted, setbacks, warnings: [...warnings, ...news.accepted.warnings] },
      retiredAfter(admission, inUse),
    );
  }
  const reason =
    "reason" in news
      ? news.reason
      : `the certificate of ${mspId} from ${received.origin} is for its key ${news.accepted.key}, which is older than the key of the certificate in use`;
  const accepted = acceptRemembered(mspId, reason, () => accept(before, OWN_STATE));
  const warning = `${reason}: ${mspId} keeps using the certificate that it accepted before`;
  return {
    accepted: { ...accepted, setbacks: memory.setbacks ?? [] },
    waiting: reason,
    warnings: [warning, ...accepted.warnings],
    retired,
  };
}

const OWN_STATE = "this stack's own state";

/** Returns the received admission if it may be deployed, or else the reason why not. */
function judge(
  { admission, origin }: { readonly origin: string; readonly admission: Received<Admission> },
  accept: (admission: Admission, origin: string) => Accepted,
): { readonly accepted: Accepted } | { readonly reason: string } {
  if (admission.kind === "missing") return { reason: admission.reason };
  try {
    return { accepted: accept(admission.value, origin) };
  } catch (error) {
    if (error instanceof ForAnotherKey) return { reason: error.message };
    throw error;
  }
}

function standOn(member: Member, accepted: Accepted, retired: readonly string[]): Standing {
  const waiting = pendingKey(member, accepted);
  return { accepted, waiting, warnings: accepted.warnings, retired };
}

/** Whether a certificate is for an older key than the deployed one, for example because of outdated files. */
function isBehind(
  { keys: { names } }: Member,
  { key }: Accepted,
  before: Admission,
  { requests }: MemberMemory,
): boolean {
  const deployed = keyOfCertificate(readCertificate(before.certificate), requests);
  return deployed !== undefined && names.indexOf(key) < names.indexOf(deployed);
}

function acceptRemembered(mspId: string, reason: string, accept: () => Accepted): Accepted {
  try {
    return accept();
  } catch (error) {
    if (error instanceof AdmissionRefused) {
      throw new Error(`${reason}; and ${error.message}`, { cause: error });
    }
    if (!(error instanceof ForAnotherKey)) throw error;
    throw new Error(
      `countersign:organizations.${mspId}.certificate.keys no longer lists the key whose certificate is deployed, and no other has one yet: restore it, before the newest key, until the consortium has signed the newest key's request`,
      { cause: error },
    );
  }
}

/** Reports that a newer key has no certificate yet. */
function pendingKey({ mspId, keys }: Member, { key }: Accepted): string | undefined {
  const newest = keys.names.at(-1);
  if (newest === key || newest === undefined) return undefined;
  return `the consortium has not signed the request for key ${newest} of ${mspId} yet; ${key} stays in use until then`;
}

/** Refuses a changed algorithm: the old key would be gone before the new one has a certificate. */
function refuseChangedAlgorithm({ mspId, keys }: Member, { requests }: MemberMemory): void {
  const newest = keys.names.at(-1) ?? "";
  const request = requests[newest];
  if (request === undefined || newest === "existing") return;
  const { keyAlgorithm } = readCertificateRequest(request);
  if (keyAlgorithm === keys.algorithm) return;
  throw new Error(
    `countersign:organizations.${mspId}.certificate.algorithm is ${keys.algorithm}, but key ${newest} is ${keyAlgorithm} and a key is never changed in place: add another name at the end of certificate.keys for the new key`,
  );
}
