import { z } from "zod";
import { readCertificate, readCertificateRequest } from "../x509";

/** What the consortium's stack remembers of the organizations that it ever enrolled. */
export const register = z.object({
  /** The requests signed last, PEM by MSP ID. */
  requests: z.record(z.string(), z.string()),
  /** Who has a public key, or had it, by its SHA-256 fingerprint. */
  keys: z.record(
    z.string(),
    z.object({
      holder: z.string(),
      /** Whether the holder has left, so that the key opens nothing for anybody any more. */
      withdrawn: z.boolean(),
    }),
  ),
});

export type Register = z.output<typeof register>;

/** Requests by MSP ID. */
type Requests = ReadonlyMap<string, { readonly pem: string }>;

/** An organization and the key that it comes with. */
export type Claim = readonly [mspId: string, key: string];

/** The keys that the requests at hand are for; a request that is none is refused later, with its reason. */
export function claimsOf(pems: Requests): Claim[] {
  return [...pems].flatMap(([mspId, { pem }]): Claim[] => {
    try {
      return [[mspId, readCertificateRequest(pem).publicKeyFingerprint]];
    } catch {
      return [];
    }
  });
}

/** The keys of the certificates that organizations have already. */
export function certifiedKeys(
  applied: ReadonlyMap<string, { readonly existing?: string | undefined }>,
): Claim[] {
  return [...applied].flatMap(([mspId, { existing }]): Claim[] =>
    existing === undefined ? [] : [[mspId, readCertificate(existing).publicKeyFingerprint]],
  );
}

/**
 * The keys that an organization may not come with, by fingerprint, and who holds each.
 *
 * @param readmitted a key of its own that may have been withdrawn or replaced.
 * @param claims of all who are enrolled now.
 * @param ownKeys of the parties of this stack, by fingerprint.
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
    // An organization that moves to a stack of its own may take its key along.
    Object.entries(ownKeys).filter(([, holder]) => holder !== mspId),
  );
  for (const [other, key] of claims) {
    // Of two who come with one key, the one that had it before may go on with it.
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

/** The key of the request that was signed last; all others that an organization had are replaced. */
function signedLast(mspId: string, requests: Register["requests"]): string | undefined {
  const request = Object.hasOwn(requests, mspId) ? requests[mspId] : undefined;
  return request === undefined ? undefined : readCertificateRequest(request).publicKeyFingerprint;
}

/**
 * What is to be remembered from now on.
 *
 * @param enrolled MSP IDs of all who are enrolled now; the keys of all others are withdrawn.
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
