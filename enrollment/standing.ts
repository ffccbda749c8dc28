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

/** An organization whose request another stack signs, as config has it. */
export interface Member {
  readonly mspId: string;
  readonly keys: {
    /** The last one asks for a certificate. */
    readonly names: readonly string[];
    /** Of the keys that are made here. */
    readonly algorithm: string;
    /** The key named `existing`, which is brought in. */
    readonly existing?: string | undefined;
  };
  readonly trust: TrustPolicy;
  /** SHA-256 of an admission that is taken though it takes something back. @default - none is */
  readonly accept?: string | undefined;
  /** Where its backend dials an orchestrator of these endpoints; undefined if nowhere. */
  readonly dials: InUse["dials"];
}

/** What an organization's stack remembers of itself. All of it is public. */
export interface MemberMemory {
  /** PEM by the key's name. */
  readonly requests: Readonly<Record<string, string>>;
  /** The admission that it deployed last. */
  readonly admission?: Admission | undefined;
  /** Fingerprints of the CAs that it trusted at first use. */
  readonly firstUse?: readonly string[] | undefined;
  /** What that admission took back when it was deployed, which config had accepted. */
  readonly setbacks?: readonly string[] | undefined;
  /** Fingerprints of CAs that were trusted once, and that a later admission took away. */
  readonly retired?: readonly string[] | undefined;
}

export const NO_MEMORY: MemberMemory = { requests: {} };

/** How far an organization has come. */
export interface Standing {
  /** What it may deploy; undefined if it has to wait. */
  readonly accepted: Accepted | undefined;
  /** What it waits for; undefined if it has all that config asks for. */
  readonly waiting: string | undefined;
  readonly warnings: readonly string[];
  /** Fingerprints of CAs that were trusted once and are not any more. */
  readonly retired: readonly string[];
}

/**
 * Decides what an organization deploys. It never goes back behind what it has deployed: where nothing (or nothing for one
 * of its keys) comes from the consortium, what came before stays in force, and what takes something back is refused unless config
 * accepts it.
 *
 * @throws AdmissionRefused if something came that must not be taken.
 * @throws Error if config takes away the key of what is deployed.
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
      : `the certificate of ${mspId} from ${received.origin} is for its key ${news.accepted.key}, older than that of the certificate in use`;
  const accepted = acceptRemembered(mspId, reason, () => accept(before, OWN_STATE));
  const warning = `${reason}: ${mspId} goes on with the certificate that it took before`;
  return {
    accepted: { ...accepted, setbacks: memory.setbacks ?? [] },
    waiting: reason,
    warnings: [warning, ...accepted.warnings],
    retired,
  };
}

const OWN_STATE = "this stack's own state";

/** What came, if it may be deployed, or else why there is nothing. */
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

/** Whether a certificate is for an older key than the one deployed: files of yesterday, for example. */
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
      `countersign:organizations.${mspId}.certificate.keys no longer lists the key whose certificate is deployed, and no other has one yet: put it back, before the newest key, until the consortium has signed that one's request`,
      { cause: error },
    );
  }
}

/** A newer key that has no certificate yet. */
function pendingKey({ mspId, keys }: Member, { key }: Accepted): string | undefined {
  const newest = keys.names.at(-1);
  if (newest === key || newest === undefined) return undefined;
  return `the consortium has not signed the request for key ${newest} of ${mspId} yet; ${key} stays in use until then`;
}

/** Its old key would be gone before the new one has a certificate. */
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
