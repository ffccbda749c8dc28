import {
  checkRequest,
  type CertificateRequest,
  type Grant,
  type KeyAlgorithm,
  type Violation,
} from "../x509";
import type { Received } from "./documents";
import { claimsOf, certifiedKeys, keysRefusedTo, nextRegister, type Register } from "./register";

export { register, type Register } from "./register";

/** Permissions that the consortium grants an organization of another stack. */
export interface Terms {
  /** The exact CN. @default - any plain name that is not a host */
  readonly commonName?: string | undefined;
  /** SANs. @default - none */
  readonly dnsNames: readonly string[];
  readonly keyAlgorithms: readonly KeyAlgorithm[];
  /**
   * The one public key that may be signed, by SHA-256 fingerprint. It may have been withdrawn or replaced.
   * @default - any new key
   */
  readonly publicKey?: string | undefined;
}

export interface Applied {
  readonly terms: Terms;
  readonly received: Received<string>;
  /** A certificate that it already has. */
  readonly existing?: string | undefined;
}

/** A request that may be signed. */
export interface AdmittedRequest {
  readonly pem: string;
  readonly grant: Grant;
}

export interface Decisions {
  readonly admitted: ReadonlyMap<string, AdmittedRequest>;
  /** Reasons why organizations have no certificate yet, by MSP ID. */
  readonly waiting: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  /** The memory for the next update. */
  readonly register: Register;
}

/** Thrown for requests that ask for more than is granted. The message lists every reason of all of them. */
export class RequestsRefused extends Error {
  override readonly name = "RequestsRefused";
}

/**
 * Decides on the requests of other stacks' organizations.
 *
 * An unavailable request is no reason to withdraw a certificate: the one that was signed last stays valid. A key is
 * refused, whoever presents it, if its holder has left, if its holder has replaced it, or if another party holds it.
 *
 * @param applied applications by MSP ID.
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

  const pems = new Map<string, { pem: string; terms: Terms }>();
  const signedBefore = new Map(Object.entries(remembered.requests));
  for (const [mspId, { received, terms }] of applied) {
    const signed = signedBefore.get(mspId);
    if (received.kind === "here") pems.set(mspId, { pem: received.value, terms });
    else if (signed === undefined) waiting.set(mspId, received.reason);
    else {
      pems.set(mspId, { pem: signed, terms });
      warnings.push(
        `${received.reason}: the request of ${mspId} that was signed before stays in force`,
      );
    }
  }
  const certified = certifiedKeys(applied);
  const claims = [...claimsOf(pems), ...certified];
  for (const [mspId, { pem, terms }] of pems) {
    const refusedKeys = keysRefusedTo(mspId, terms.publicKey, remembered, claims, ownKeys);
    const grant = grantOf(mspId, terms, refusedKeys);
    const { request, violations } = checkRequest(pem, grant);
    if (request !== undefined && violations.length === 0) {
      admitted.set(mspId, { pem: request.pem, grant });
      continue;
    }
    // The message about an unreadable request already names the organization.
    if (request === undefined) refused.push(...violations.map(({ message }) => message));
    else refused.push(...refusalsOf(mspId, request, violations, remembered));
  }
  if (refused.length > 0) {
    throw new RequestsRefused(
      `Requests for certificates are refused, and nothing was changed:${refused.map((reason) => `\n  - ${reason}`).join("")}`,
    );
  }
  return {
    admitted,
    waiting,
    warnings,
    register: nextRegister([...applied.keys()], admitted, certified, remembered),
  };
}

/** Returns the grant for a request of this organization. */
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

function refusalsOf(
  mspId: string,
  { publicKeyFingerprint: key }: CertificateRequest,
  violations: readonly Violation[],
  { keys: known }: Register,
): string[] {
  const isReturning = known[key]?.holder === mspId;
  return violations.map(({ code, message }) => {
    const reason = `the request of ${mspId} ${message}`;
    return isReturning && code === "key-refused"
      ? `${reason} To let ${mspId} come back with this very key, set countersign:enrollments.${mspId}.publicKey to ${key}.`
      : reason;
  });
}
