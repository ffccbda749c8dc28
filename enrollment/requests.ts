import { z } from "zod";
import {
  checkRequest,
  readCertificate,
  readCertificateRequest,
  type CertificateRequest,
  type Grant,
  type Violation,
} from "../x509";
import type { Received } from "./documents";

/**
 * Permissions that the signing stack grants a party of another stack. A key that it pins may have been withdrawn or
 * replaced.
 */
export type Terms = Omit<Grant, "refusedKeys">;

export interface Applied {
  readonly terms: Terms;
  readonly received: Received<string>;
  /** Origin of the request, for messages about what it asks for. @default - not named */
  readonly origin?: string | undefined;
  /** A certificate that it already has. */
  readonly existing?: string | undefined;
}

/** A request that may be signed. */
export interface AdmittedRequest {
  readonly pem: string;
  readonly grant: Grant;
}

export interface Decisions {
  /** Requests that may be signed, by the party's name. */
  readonly admitted: Readonly<Record<string, AdmittedRequest>>;
  /** Reasons why parties have no certificate yet, by name. */
  readonly waiting: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  /** The memory for the next update. */
  readonly register: Register;
}

/** Thrown for requests that ask for more than is granted. The message lists every reason of all of them. */
class RequestsRefused extends Error {
  override readonly name = "RequestsRefused";
}

/**
 * Decides on the requests of other stacks' parties.
 *
 * An unavailable request is no reason to withdraw a certificate: the one that was signed last stays valid. A key is
 * refused, whoever presents it, if its holder has left, if its holder has replaced it, or if another party holds it.
 *
 * @param applied applications by the party's name.
 * @param ownKeys keys of this stack's parties and their holders, by fingerprint.
 * @throws RequestsRefused
 */
export function decideRequests(
  applied: ReadonlyMap<string, Applied>,
  remembered: Register,
  ownKeys: Readonly<Record<string, string>>,
): Decisions {
  const admitted = new Map<string, AdmittedRequest>();
  const waiting = new Map<string, string>();
  const warnings: string[] = [];
  const refused: string[] = [];

  const pems = new Map<string, { pem: string; terms: Terms; origin?: string | undefined }>();
  const signedBefore = new Map(Object.entries(remembered.requests));
  for (const [party, { received, terms, origin }] of applied) {
    const signed = signedBefore.get(party);
    if (received.kind === "here") pems.set(party, { pem: received.value, terms, origin });
    else if (signed === undefined) waiting.set(party, received.reason);
    else {
      pems.set(party, { pem: signed, terms });
      warnings.push(
        `${received.reason}: the request of ${party} that was signed before stays in force`,
      );
    }
  }
  const certified = certifiedKeys(applied);
  const claims = [...claimsOf(pems), ...certified];
  for (const [party, { pem, terms, origin }] of pems) {
    const refusedKeys = keysRefusedTo(party, terms.publicKey, remembered, claims, ownKeys);
    const grant = { ...terms, refusedKeys };
    const { request, violations } = checkRequest(pem, grant);
    if (request !== undefined && violations.length === 0) {
      admitted.set(party, { pem: request.pem, grant });
      continue;
    }
    // The message about an unreadable request already names the party.
    const reasons =
      request === undefined
        ? violations.map(({ message }) => message)
        : refusalsOf(party, terms, request, violations, remembered);
    refused.push(
      ...reasons.map((reason) => (origin === undefined ? reason : `${origin}: ${reason}`)),
    );
  }
  if (refused.length > 0) {
    throw new RequestsRefused(
      `Requests for certificates are refused, and nothing was changed:${refused.map((reason) => `\n  - ${reason}`).join("")}`,
    );
  }
  return {
    admitted: Object.fromEntries(admitted),
    waiting: Object.fromEntries(waiting),
    warnings,
    register: nextRegister([...applied.keys()], admitted, certified, remembered),
  };
}

function refusalsOf(
  party: string,
  { source }: Terms,
  { publicKeyFingerprint: key }: CertificateRequest,
  violations: readonly Violation[],
  { keys: known }: Register,
): string[] {
  const isReturning = known[key]?.holder === party;
  return violations.map(({ code, message }) => {
    const reason = `the request of ${party} ${message}`;
    return isReturning && code === "key-refused"
      ? `${reason} To let ${party} come back with this very key, set countersign:${source}.publicKey to ${key}.`
      : reason;
  });
}

/** Memory of the signing stack about all parties that it ever enrolled. */
export const register = z.object({
  /** The requests that were signed last, PEM by the party's name. */
  requests: z.record(z.string(), z.string()),
  /** Current or former holders of public keys, by SHA-256 fingerprint. */
  keys: z.record(
    z.string(),
    z.object({
      holder: z.string(),
      /** Whether the holder has left, so that the key no longer gives anybody access. */
      withdrawn: z.boolean(),
    }),
  ),
});

export type Register = z.output<typeof register>;

/** Requests by the party's name. */
type Requests = ReadonlyMap<string, { readonly pem: string }>;

/** A party and the key that it presents. */
type Claim = readonly [party: string, key: string];

/** Returns the keys of the given requests. A malformed request is refused later, with its reason. */
function claimsOf(pems: Requests): Claim[] {
  return [...pems].flatMap(([party, { pem }]): Claim[] => {
    try {
      return [[party, readCertificateRequest(pem).publicKeyFingerprint]];
    } catch {
      return [];
    }
  });
}

/** Returns the keys of certificates that parties already have. */
function certifiedKeys(
  applied: ReadonlyMap<string, { readonly existing?: string | undefined }>,
): Claim[] {
  return [...applied].flatMap(([party, { existing }]): Claim[] =>
    existing === undefined ? [] : [[party, readCertificate(existing).publicKeyFingerprint]],
  );
}

/**
 * Finds the keys that a party must not present, and their holders, by fingerprint.
 *
 * @param readmitted one of its own keys that may have been withdrawn or replaced.
 * @param claims claims of all parties that are enrolled now.
 * @param ownKeys keys of this stack's parties, by fingerprint.
 */
function keysRefusedTo(
  party: string,
  readmitted: string | undefined,
  { keys: known, requests }: Register,
  claims: readonly Claim[],
  ownKeys: Readonly<Record<string, string>>,
): Record<string, string> {
  const current = signedLast(party, requests);
  const refused = new Map(
    // A party that moves to its own stack may keep its key.
    Object.entries(ownKeys).filter(([, holder]) => holder !== party),
  );
  for (const [other, key] of claims) {
    // If two parties present the same key, the one that had it before may keep it.
    if (other !== party && known[key]?.holder !== party) refused.set(key, other);
  }
  for (const [key, { holder, withdrawn }] of Object.entries(known)) {
    if (holder !== party) refused.set(key, holder);
    else if (key === readmitted) continue;
    else if (withdrawn) refused.set(key, `${party} until it was removed`);
    else if (current !== undefined && key !== current) {
      refused.set(key, `${party} until another key took its place`);
    }
  }
  return Object.fromEntries(refused);
}

/** Returns the key of the request that was signed last. It replaced all other keys of the party. */
function signedLast(party: string, requests: Register["requests"]): string | undefined {
  const request = Object.hasOwn(requests, party) ? requests[party] : undefined;
  return request === undefined ? undefined : readCertificateRequest(request).publicKeyFingerprint;
}

/**
 * Returns the memory for the next update.
 *
 * @param enrolled names of all parties that are enrolled now; the keys of all others are withdrawn.
 */
function nextRegister(
  enrolled: readonly string[],
  admitted: Requests,
  certified: readonly Claim[],
  { keys: known }: Register,
): Register {
  const keys = new Map(
    Object.entries(known).map(([key, { holder, withdrawn }]) => [
      key,
      { holder, withdrawn: withdrawn || !enrolled.includes(holder) },
    ]),
  );
  for (const [holder, key] of certified) {
    if (!keys.has(key)) keys.set(key, { holder, withdrawn: false });
  }
  for (const [holder, key] of claimsOf(admitted)) keys.set(key, { holder, withdrawn: false });
  return {
    requests: Object.fromEntries([...admitted].map(([party, { pem }]) => [party, pem])),
    keys: Object.fromEntries([...keys].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}
