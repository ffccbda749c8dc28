import { z } from "zod";
import {
  checkRequest,
  readCertificate,
  readCertificateRequest,
  type Grant,
  type KeyAlgorithm,
  type Violation,
} from "../x509";
import type { Received } from "./documents";

/** What the consortium grants an organization of another stack. */
export interface Terms {
  /** The exact CN. @default - any plain name that is no host */
  readonly commonName?: string | undefined;
  /** SANs. @default - none */
  readonly dnsNames: readonly string[];
  readonly keyAlgorithms: readonly KeyAlgorithm[];
  /** The one public key that may be signed, by SHA-256 fingerprint; it may be one that was withdrawn. @default - any */
  readonly publicKey?: string | undefined;
}

export interface Applied {
  readonly terms: Terms;
  readonly received: Received<string>;
  /** A certificate that it has already. */
  readonly existing?: string | undefined;
}

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

/** A request that may be signed. */
export interface AdmittedRequest {
  readonly pem: string;
  readonly grant: Grant;
}

export interface Decisions {
  readonly admitted: ReadonlyMap<string, AdmittedRequest>;
  /** Why an organization has no certificate yet, by MSP ID. */
  readonly waiting: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  /** What is to be remembered from now on. */
  readonly register: Register;
}

/** Requests that ask for more than is granted. The message lists every reason of all of them. */
export class RequestsRefused extends Error {
  override readonly name = "RequestsRefused";
}

/**
 * Decides on the requests of other stacks' organizations.
 *
 * A request that cannot be had is no reason to take a certificate away: the one signed last stays valid. A key whose
 * holder has left, or that another party has, is refused, whoever comes with it.
 *
 * @param applied by MSP ID.
 * @param ownKeys keys of parties of this stack, by fingerprint, with who holds each.
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

  const pems = new Map<string, { pem: string; terms: Terms }>();
  for (const [mspId, { received, terms }] of applied) {
    const signed = remembered.requests[mspId];
    if (received.kind === "here") pems.set(mspId, { pem: received.value, terms });
    else if (signed === undefined) waiting.set(mspId, received.reason);
    else {
      pems.set(mspId, { pem: signed, terms });
      warnings.push(
        `${received.reason}: the request of ${mspId} that was signed before stays in force`,
      );
    }
  }
  const keys = currentKeys(pems);
  for (const [mspId, { pem, terms }] of pems) {
    const refusedKeys = keysRefusedTo(mspId, terms, remembered, keys, ownKeys);
    const grant = grantOf(mspId, terms, refusedKeys);
    const { request, violations } = checkRequest(pem, grant);
    if (request !== undefined && violations.length === 0) {
      admitted.set(mspId, { pem: request.pem, grant });
    } else refused.push(...violations.map((violation) => refusal(mspId, violation)));
  }
  if (refused.length > 0) {
    throw new RequestsRefused(
      `Requests for certificates are refused, and nothing was changed:${refused.join("")}`,
    );
  }
  return { admitted, waiting, warnings, register: nextRegister(applied, admitted, remembered) };
}

/** What a request of this organization may ask for. */
export function grantOf(
  mspId: string,
  { commonName, dnsNames, keyAlgorithms, publicKey }: Terms,
  refusedKeys: Readonly<Record<string, string>> = {},
): Grant {
  return {
    organization: mspId,
    ...(commonName !== undefined && { commonName }),
    dnsNames,
    keyAlgorithms,
    ...(publicKey !== undefined && { publicKey }),
    refusedKeys,
    source: `enrollments.${mspId}`,
  };
}

function refusal(mspId: string, { message }: Violation): string {
  return `\n  - the request of ${mspId} ${message}`;
}

/** The keys that the requests at hand are for; a request that is none is refused later, with its reason. */
function currentKeys(pems: ReadonlyMap<string, { pem: string }>): Map<string, string> {
  const keys = new Map<string, string>();
  for (const [mspId, { pem }] of pems) {
    try {
      keys.set(mspId, readCertificateRequest(pem).publicKeyFingerprint);
    } catch {
      continue;
    }
  }
  return keys;
}

function keysRefusedTo(
  mspId: string,
  { publicKey }: Terms,
  { keys: known }: Register,
  current: ReadonlyMap<string, string>,
  ownKeys: Readonly<Record<string, string>>,
): Record<string, string> {
  const refused = new Map(Object.entries(ownKeys));
  for (const [other, key] of current) {
    // Of two who come with one key, the one that had it before may go on with it.
    if (other !== mspId && known[key]?.holder !== mspId) refused.set(key, other);
  }
  for (const [key, { holder, withdrawn }] of Object.entries(known)) {
    if (holder !== mspId) refused.set(key, holder);
    else if (withdrawn && key !== publicKey) {
      refused.set(key, `${mspId} until it was removed`);
    }
  }
  return Object.fromEntries(refused);
}

function nextRegister(
  applied: ReadonlyMap<string, Applied>,
  admitted: ReadonlyMap<string, AdmittedRequest>,
  { keys: known }: Register,
): Register {
  const keys = new Map(
    Object.entries(known).map(([key, { holder, withdrawn }]) => [
      key,
      { holder, withdrawn: withdrawn || !applied.has(holder) },
    ]),
  );
  for (const [mspId, { existing }] of applied) {
    if (existing === undefined) continue;
    const { publicKeyFingerprint } = readCertificate(existing);
    if (!keys.has(publicKeyFingerprint)) {
      keys.set(publicKeyFingerprint, { holder: mspId, withdrawn: false });
    }
  }
  for (const [mspId, { pem }] of admitted) {
    const key = readCertificateRequest(pem).publicKeyFingerprint;
    keys.set(key, { holder: mspId, withdrawn: false });
  }
  return {
    requests: Object.fromEntries([...admitted].map(([mspId, { pem }]) => [mspId, pem])),
    keys: Object.fromEntries([...keys].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}
