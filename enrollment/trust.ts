import { readCertificate, type Certificate } from "../x509";
import type { Admission } from "./documents";

/** In place of a fingerprint: whatever CAs the first admission brings, remembered from then on. */
export const FIRST_USE = "first-use";

/** Which CAs an organization was told to trust. */
export interface TrustPolicy {
  /** SHA-256 fingerprints of CA certificates, lower-case hex. */
  readonly fingerprints: readonly string[];
  /** Whether it also trusts the CAs of the first admission that it takes. */
  readonly firstUse: boolean;
}

/** A generation of the consortium's CA, as an organization sees it. */
export interface ReceivedGeneration {
  readonly name: string;
  readonly certificate: Certificate;
}

export interface SortedGenerations {
  readonly trusted: readonly ReceivedGeneration[];
  /** Offered by the consortium, but nobody here has said that they may be trusted. */
  readonly unknown: readonly ReceivedGeneration[];
}

/** The generations by name, the signing one first, as everywhere where readers may take one block only. */
export function signingFirst(authorities: Admission["authorities"]) {
  const rank = ({ state }: { state: string }) => (state === "signing" ? 0 : 1);
  return Object.entries(authorities)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .sort(([, one], [, other]) => rank(one) - rank(other));
}

/**
 * Sorts the CAs of an admission into trusted and unknown ones.
 *
 * @param remembered the fingerprints of the first use; undefined before it.
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
