import { isDeepStrictEqual } from "node:util";
import { readCertificate, type Certificate } from "../x509";
import type { Admission, OrchestratorContract } from "./documents";
import { sortGenerations, type ReceivedGeneration, type TrustPolicy } from "./trust";

/** A host and port that a backend dials. */
export interface Dialled {
  readonly host: string;
  readonly port: number;
}

/** What an organization has, by which it judges what comes after that. */
export interface InUse {
  /** The admission that is deployed. */
  readonly admission: Admission;
  readonly trust: TrustPolicy;
  /** The fingerprints of the CAs that it trusted at first use. */
  readonly firstUse: readonly string[] | undefined;
  /** The fingerprints of CAs that were trusted once and that a later admission took away. */
  readonly retired: readonly string[];
  /** Where its backend dials an orchestrator of these endpoints; undefined if nowhere. */
  readonly dials: (orchestrator: OrchestratorContract) => Dialled | undefined;
}

/**
 * What an admission takes back of what is in use: a clause for each thing. Files of yesterday do, and nobody but a person can tell
 * whether that is meant.
 *
 * A certificate that was issued later is none, also if it ends earlier: its signer has shortened the lives of certificates. Neither
 * is a CA that is taken away and that is older than the one that signs: that is how a rotation ends.
 *
 * @param at the time: what has expired is in use no longer.
 */
export function setbacksOf(admission: Admission, inUse: InUse, at: Date): string[] {
  if (isDeepStrictEqual(admission, inUse.admission)) return [];
  return [
    ...olderCertificate(admission, inUse.admission, at),
    ...trustTakenAway(admission, inUse, at),
    ...trustBroughtBack(admission, inUse),
    ...endpointMoved(admission, inUse),
  ];
}

/** The fingerprints of CAs that were trusted once and are not any more, when an admission has been taken. */
export function retiredAfter(admission: Admission, inUse: InUse): readonly string[] {
  const isKept = new Set(trustedIn(admission, inUse).map(fingerprintOf));
  const before = trustedIn(inUse.admission, inUse).map(fingerprintOf);
  return [...new Set([...inUse.retired, ...before])].filter((each) => !isKept.has(each)).sort();
}

/** What a certificate says of another one of the same key; config decides which key is in use. */
function olderCertificate(admission: Admission, before: Admission, at: Date): string[] {
  const [is, was] = [readCertificate(admission.certificate), readCertificate(before.certificate)];
  if (was.notAfter < at || is.publicKeyFingerprint !== was.publicKeyFingerprint) return [];
  const issued = is.notBefore.getTime() - was.notBefore.getTime();
  if (issued > 0 || (issued === 0 && is.notAfter >= was.notAfter)) return [];
  return [
    `its certificate is older than the one in use: valid ${lifeOf(is)}, in place of ${lifeOf(was)}`,
  ];
}

function trustTakenAway(admission: Admission, inUse: InUse, at: Date): string[] {
  const kept = trustedIn(admission, inUse).map(({ certificate }) => certificate);
  const signing = signingOf(admission);
  return trustedIn(inUse.admission, inUse)
    .filter(({ certificate: ca }) => ca.notAfter >= at && !kept.some((one) => isSame(one, ca)))
    .filter(({ certificate: ca }) => signing === undefined || ca.notBefore > signing.notBefore)
    .map(
      (generation) =>
        `it takes away CA ${describe(generation)}, which is trusted now and newer than the CA that it has sign: certificates by it would be refused`,
    );
}

function trustBroughtBack(admission: Admission, inUse: InUse): string[] {
  return trustedIn(admission, inUse)
    .filter((generation) => inUse.retired.includes(fingerprintOf(generation)))
    .map(
      (generation) =>
        `it brings back CA ${describe(generation)}, which was trusted before and then taken away`,
    );
}

function endpointMoved({ orchestrator }: Admission, { admission, dials }: InUse): string[] {
  const [is, was] = [dials(orchestrator), dials(admission.orchestrator)];
  if (was === undefined || isDeepStrictEqual(is, was)) return [];
  return [
    `it moves the orchestrator from ${textOf(was)}, which is dialled now, to ${is === undefined ? "nowhere" : textOf(is)}`,
  ];
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

/** Two certificates of one CA are as good as each other to whoever trusts them. */
function isSame(one: Certificate, other: Certificate): boolean {
  return (
    one.publicKeyFingerprint === other.publicKeyFingerprint &&
    one.subject.text === other.subject.text
  );
}

const fingerprintOf = ({ certificate }: ReceivedGeneration) => certificate.fingerprint;

const textOf = ({ host, port }: Dialled) => `${host}:${port}`;

const lifeOf = ({ notBefore, notAfter }: Certificate) =>
  `${timeOf(notBefore)} to ${timeOf(notAfter)}`;

const timeOf = (date: Date) => `${date.toISOString().slice(0, 19)}Z`;

function describe({ name, certificate }: ReceivedGeneration): string {
  return `generation ${name} (${certificate.subject.text}, SHA-256 ${certificate.fingerprint})`;
}
