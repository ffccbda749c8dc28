import { isDeepStrictEqual } from "node:util";
import { readCertificate, type Certificate } from "../x509";
import type { Admission } from "./documents";
import { sortGenerations, type ReceivedGeneration, type TrustPolicy } from "./trust";

/** The state of a party with which it compares a new admission. */
export interface InUse<A extends Admission = Admission> {
  /** The admission that is deployed. */
  readonly admission: A;
  readonly trust: TrustPolicy;
  /** Fingerprints of the CAs that it trusted at first use. */
  readonly firstUse: readonly string[] | undefined;
  /** Fingerprints of CAs that were trusted once and that a later admission removed. */
  readonly retired: readonly string[];
  /** Lists setbacks in what the system added, as a clause for each. */
  readonly furtherSetbacks: (admission: A, inUse: A) => readonly string[];
}

/** The part of it that decides on CAs. */
type Trusted = Omit<InUse, "furtherSetbacks">;

/**
 * Lists what an admission would revert of what is in use, as a clause for each thing. Outdated files do that, and only
 * a person can tell whether it is intended.
 *
 * A certificate that was issued later is not a setback, even if it expires earlier: its signer has shortened the
 * validity of certificates. Neither is the removal of a CA that is older than the signing one: that is how a rotation
 * ends.
 *
 * @param at the current time: what has expired is no longer in use.
 */
export function setbacksOf<A extends Admission>(admission: A, inUse: InUse<A>, at: Date): string[] {
  if (isDeepStrictEqual(admission, inUse.admission)) return [];
  return [
    ...olderCertificate(admission, inUse.admission, at),
    ...trustTakenAway(admission, inUse, at),
    ...trustBroughtBack(admission, inUse),
    ...inUse.furtherSetbacks(admission, inUse.admission),
  ];
}

/** Returns the fingerprints of CAs that were trusted once but no longer are, after an admission was accepted. */
export function retiredAfter(admission: Admission, inUse: Trusted): readonly string[] {
  const isKept = new Set(trustedIn(admission, inUse).map(fingerprintOf));
  const before = trustedIn(inUse.admission, inUse).map(fingerprintOf);
  return [...new Set([...inUse.retired, ...before])].filter((each) => !isKept.has(each)).sort();
}

/** Compares the certificate with the previous one for the same key. The configuration decides which key is in use. */
function olderCertificate(admission: Admission, before: Admission, at: Date): string[] {
  const [is, was] = [readCertificate(admission.certificate), readCertificate(before.certificate)];
  if (was.notAfter < at || is.publicKeyFingerprint !== was.publicKeyFingerprint) return [];
  const issued = is.notBefore.getTime() - was.notBefore.getTime();
  if (issued > 0 || (issued === 0 && is.notAfter >= was.notAfter)) return [];
  return [
    `its certificate is older than the one in use: valid ${lifeOf(is)}, in place of ${lifeOf(was)}`,
  ];
}

function trustTakenAway(admission: Admission, inUse: Trusted, at: Date): string[] {
  const kept = trustedIn(admission, inUse).map(({ certificate }) => certificate);
  const signing = signingOf(admission);
  return trustedIn(inUse.admission, inUse)
    .filter(({ certificate: ca }) => ca.notAfter >= at && !kept.some((one) => isSame(one, ca)))
    .filter(({ certificate: ca }) => signing === undefined || ca.notBefore > signing.notBefore)
    .map(
      (generation) =>
        `it removes CA ${describe(generation)}, which is trusted now and newer than the signing CA: certificates signed by it would be refused`,
    );
}

function trustBroughtBack(admission: Admission, inUse: Trusted): string[] {
  return trustedIn(admission, inUse)
    .filter((generation) => inUse.retired.includes(fingerprintOf(generation)))
    .map(
      (generation) =>
        `it restores CA ${describe(generation)}, which was trusted before and then removed`,
    );
}

function trustedIn(
  admission: Admission,
  { trust, firstUse }: Pick<InUse, "trust" | "firstUse">,
): readonly ReceivedGeneration[] {
  return sortGenerations(admission, trust, firstUse).trusted;
}

function signingOf({ authorities }: Admission): Certificate | undefined {
  const signing = Object.values(authorities).find(({ state }) => state === "signing");
  return signing && readCertificate(signing.certificate);
}

/** Whether two certificates are of one CA; those who trust the CA accept either. */
function isSame(one: Certificate, other: Certificate): boolean {
  return (
    one.publicKeyFingerprint === other.publicKeyFingerprint &&
    one.subject.text === other.subject.text
  );
}

const fingerprintOf = ({ certificate }: ReceivedGeneration) => certificate.fingerprint;

const lifeOf = ({ notBefore, notAfter }: Certificate) =>
  `${timeOf(notBefore)} to ${timeOf(notAfter)}`;

const timeOf = (date: Date) => `${date.toISOString().slice(0, 19)}Z`;

function describe({ name, certificate }: ReceivedGeneration): string {
  return `generation ${name} (${certificate.subject.text}, SHA-256 ${certificate.fingerprint})`;
}
