import { readCertificate, type Certificate } from "../x509";
import type { Admission } from "./documents";

/** Replaces a fingerprint: trusts the CAs of the first admission, and remembers them from then on. */
export const FIRST_USE = "first-use";

/** CAs that a party was told to trust. */
export interface TrustPolicy {
  /** SHA-256 fingerprints of CA certificates, lower-case hex. */
  readonly fingerprints: readonly string[];
  /** Whether it also trusts the CAs of the first admission that it accepts. */
  readonly firstUse: boolean;
}

/** A generation of the signing stack's CA that a party received. */
export interface ReceivedGeneration {
  readonly name: string;
  readonly certificate: Certificate;
}

export interface SortedGenerations {
  readonly trusted: readonly ReceivedGeneration[];
  /** Generations that the signing stack offers, but that nobody here has declared trusted. */
  readonly unknown: readonly ReceivedGeneration[];
}

/** Returns the generations by name, the signing one first, as everywhere that readers may use only one block. */
export function signingFirst(authorities: Admission["authorities"]) {
  const rank = ({ state }: { state: string }) => (state === "signing" ? 0 : 1);
  return Object.entries(authorities)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .sort(([, one], [, other]) => rank(one) - rank(other));
}

/**
 * Sorts the CAs of an admission into trusted and unknown ones.
 *
 * @param remembered fingerprints of the first use; undefined before it.
 */
export function sortGenerations(
  { authorities }: Pick<Admission, "authorities">,
  { fingerprints, firstUse }: TrustPolicy,
  remembered: readonly string[] | undefined,
): SortedGenerations {
  const received = Object.entries(authorities)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, { certificate }]) => ({
      name,
      certificate: readCertificate(certificate, `the certificate of CA generation ${name}`),
    }));
  const isTrusted = ({ certificate: { fingerprint } }: ReceivedGeneration) =>
    fingerprints.includes(fingerprint) ||
    (firstUse && (remembered === undefined || remembered.includes(fingerprint)));
  return {
    trusted: received.filter(isTrusted),
    unknown: received.filter((each) => !isTrusted(each)),
  };
}
