import { z } from "zod";
import { readCertificate, readCertificateRequest } from "../x509";

/** Memory of the consortium's stack about all organizations that it ever enrolled. */
export const register = z.object({
  /** The requests that were signed last, PEM by MSP ID. */
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

/** Requests by MSP ID. */
type Requests = ReadonlyMap<string, { readonly pem: string }>;

/** An organization and the key that it presents. */
export type Claim = readonly [mspId: string, key: string];

/** Returns the keys of the given requests. A malformed request is refused later, with its reason. */
export function claimsOf(pems: Requests): Claim[] {
  return [...pems].flatMap(([mspId, { pem }]): Claim[] => {
    try {
      return [[mspId, readCertificateRequest(pem).publicKeyFingerprint]];
    } catch {
      return [];
    }
  });
}

/** Returns the keys of certificates that organizations already have. */
export function certifiedKeys(
  applied: ReadonlyMap<string, { readonly existing?: string | undefined }>,
): Claim[] {
  return [...applied].flatMap(([mspId, { existing }]): Claim[] =>
    existing === undefined ? [] : [[mspId, readCertificate(existing).publicKeyFingerprint]],
  );
}

/**
 * Finds the keys that an organization must not present, and their holders, by fingerprint.
 *
 * @param readmitted one of its own keys that may have been withdrawn or replaced.
 * @param claims claims of all organizations that are enrolled now.
 * @param ownKeys keys of this stack's parties, by fingerprint.
 */
export function keysRefusedTo(
  mspId: string,
  readmitted: string | undefined,
  { keys: known, requests }: Register,
  claims: readonly Claim[],
  ownKeys: Readonly<Record<string, string>>,
): Record<string, string> {
  const current = signedLast(mspId, requests);
  const refused = new Map(
    // An organization that moves to its own stack may keep its key.
    Object.entries(ownKeys).filter(([, holder]) => holder !== mspId),
  );
  for (const [other, key] of claims) {
    // If two organizations present the same key, the one that had it before may keep it.
    if (other !== mspId && known[key]?.holder !== mspId) refused.set(key, other);
  }
  for (const [key, { holder, withdrawn }] of Object.entries(known)) {
    if (holder !== mspId) refused.set(key, holder);
    else if (key === readmitted) continue;
    else if (withdrawn) refused.set(key, `${mspId} until it was removed`);
    else if (current !== undefined && key !== current) {
      refused.set(key, `${mspId} until another key took its place`);
    }
  }
  return Object.fromEntries(refused);
}

/** Returns the key of the request that was signed last. It replaced all other keys of the organization. */
function signedLast(mspId: string, requests: Register["requests"]): string | undefined {
  const request = Object.hasOwn(requests, mspId) ? requests[mspId] : undefined;
  return request === undefined ? undefined : readCertificateRequest(request).publicKeyFingerprint;
}

/**
 * Returns the memory for the next update.
 *
 * @param enrolled MSP IDs of all organizations that are enrolled now; the keys of all others are withdrawn.
 */
export function nextRegister(
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
    requests: Object.fromEntries([...admitted].map(([mspId, { pem }]) => [mspId, pem])),
    keys: Object.fromEntries([...keys].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}
