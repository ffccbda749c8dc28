import { readCertificateRequest } from "../x509";
import { ForAnotherKey, acceptAdmission, type Accepted } from "./admission";
import type { Admission, Received } from "./documents";
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
}

/** What an organization's stack remembers of itself. All of it is public. */
export interface MemberMemory {
  /** PEM by the key's name. */
  readonly requests: Readonly<Record<string, string>>;
  /** The admission that it deployed last. */
  readonly admission?: Admission | undefined;
  /** Fingerprints of the CAs that it trusted at first use. */
  readonly firstUse?: readonly string[] | undefined;
}

export const NO_MEMORY: MemberMemory = { requests: {} };

/** How far an organization has come. */
export interface Standing {
  /** What it may deploy; undefined if it has to wait. */
  readonly accepted: Accepted | undefined;
  /** What it waits for; undefined if it has all that config asks for. */
  readonly waiting: string | undefined;
  readonly warnings: readonly string[];
}

/**
 * Decides what an organization deploys. It never goes back behind what it has deployed: where nothing (or nothing for one
 * of its keys) comes from the consortium, what came before stays in force.
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

  const { admission, origin } = received;
  let reason: string;
  if (admission.kind === "missing") ({ reason } = admission);
  else {
    try {
      const accepted = accept(admission.value, origin);
      return { accepted, waiting: pendingKey(member, accepted), warnings: accepted.warnings };
    } catch (error) {
      if (!(error instanceof ForAnotherKey)) throw error;
      reason = error.message;
    }
  }
  const { admission: before } = memory;
  if (before === undefined) return { accepted: undefined, waiting: reason, warnings: [] };
  const accepted = acceptRemembered(mspId, () => accept(before, "this stack's own state"));
  const warning = `${reason}: ${mspId} goes on with the certificate that it took before`;
  return { accepted, waiting: reason, warnings: [warning, ...accepted.warnings] };
}

function acceptRemembered(mspId: string, accept: () => Accepted): Accepted {
  try {
    return accept();
  } catch (error) {
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
