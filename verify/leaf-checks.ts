import {
  PemError,
  checkChain,
  keyMatchesCertificate,
  readCertificates,
  type Certificate,
  type Finding,
  type FindingCode,
  type PrivateKeyForm,
  type Purpose,
} from "../x509";
import { REPAIR, type CheckCode, type Checklist } from "./check";
import type { PodFile } from "./cluster/pods";
import type { PemPair } from "./tls/handshake";
import { checkPublishedKeys } from "./trust-checks";

/** A key pair, and the object that it comes from. */
export interface KeyPair extends PemPair {
  readonly origin: string;
}

/** Returns the key pair in two files. */
export function pairOfFiles(certificate: PodFile, key: PodFile): KeyPair {
  const text = ({ content }: PodFile) => content.toString("utf8");
  return { certificate: text(certificate), key: text(key), origin: key.origin };
}

/** A certificate, its key if that is available, and the requirements on it. */
interface CheckedPair {
  /** E.g. `the server certificate`. */
  readonly what: string;
  /** The leaf followed by its intermediates, as PEM. */
  readonly certificatePem: string;
  /** Undefined if it is not available. */
  readonly keyPem: string | undefined;
  /** Origin of both, for messages. */
  readonly origin: string;
  /** Origin of the key. @default - the certificate's origin */
  readonly keyOrigin?: string;
  /** CAs that its peers trust; undefined if they are not known. */
  readonly roots: readonly Certificate[] | undefined;
  readonly purposes: readonly Purpose[];
  readonly at: Date;
}

/** Findings that break the chain itself. */
export const CHAIN_FINDINGS: readonly FindingCode[] = [
  "unknown-issuer",
  "signature",
  "not-a-ca",
  "key-cert-sign",
  "path-length",
];

/**
 * Checks everything about a pair that does not depend on the system that uses it.
 *
 * @returns the leaf, unless it cannot be read.
 */
export function checkLeaf(list: Checklist, pair: CheckedPair): Certificate | undefined {
  const { what, roots, at, origin } = pair;
  const chain = readOr(list, "certificate", () => readCertificates(pair.certificatePem, origin));
  const [leaf, ...intermediates] = chain ?? [];
  if (leaf === undefined) return undefined;
  checkKey(list, pair, leaf);
  checkPublishedKeys(
    list,
    { what: origin, certificates: [leaf, ...intermediates] },
    { what: "what its peers trust", certificates: roots ?? [] },
  );
  const findings = pair.purposes.flatMap((purpose) =>
    checkChain(leaf, roots ?? [], { at, purpose, intermediates }),
  );
  const of = (...codes: FindingCode[]) => messages(findings, codes);
  list.judge(
    "purpose",
    of("purpose", "key-usage"),
    `${what} is for ${pair.purposes.join(" and ")}`,
    "Reissue it with the required extended key usages.",
  );
  checkExpiry(list, { what, leaf, at }, of("expired", "not-yet-valid"));
  if (roots === undefined) return leaf;
  const linked = list.judge(
    "chain",
    of(...CHAIN_FINDINGS),
    `${what}, ${leaf.subject.text}, is signed by ${leaf.issuer.text}`,
    `Its peers do not trust it: either it or their CA is not the stack's. ${REPAIR.objects}`,
  );
  // If the certificate is not valid yet either, the clock is wrong, which is already reported.
  const early = of("not-yet-valid").length > 0 ? [] : of("ca-not-yet-valid");
  if (linked) checkCaLife(list, leaf, roots, [...of("outlives-ca", "ca-expired"), ...early]);
  return leaf;
}

/** Checks the key identifiers, for consumers that compare them. */
export function checkKeyIds(
  list: Checklist,
  leaf: Certificate,
  roots: readonly Certificate[],
  at: Date,
): void {
  const findings = checkChain(leaf, roots, { at, purpose: "serverAuth" });
  list.judge(
    "key-ids",
    messages(findings, ["key-id", "key-id-missing"]),
    "its authority key identifier is its CA's",
    "Reissue it with an authority key identifier (X.509 version 3).",
  );
}

/** Returns the distinct messages of findings with one of the codes. */
export function messages(findings: readonly Finding[], codes: readonly FindingCode[]): string[] {
  return [
    ...new Set(findings.filter(({ code }) => codes.includes(code)).map(({ message }) => message)),
  ];
}

/**
 * Checks that a certificate is valid now, and warns before its end: by 30 days, or a third of its validity if that is
 * shorter.
 *
 * @param problems known problems with its validity.
 */
export function checkExpiry(
  list: Checklist,
  { what, leaf, at }: { what: string; leaf: Certificate; at: Date },
  problems: readonly string[],
): void {
  const left = leaf.notAfter.getTime() - at.getTime();
  const renew =
    "`pulumi up` renews it and rolls the pods that use it. If an organization has its own stack, update the consortium's stack first, then its own.";
  const until = `${what} is valid until ${day(leaf.notAfter)}`;
  if (problems.length === 0 && left < Math.min(30 * DAY, lifeOf(leaf) / 3)) {
    list.warn("expiry", `${until}, ${days(left)} from now.`, renew);
  } else list.judge("expiry", problems, `${until} (${days(left)})`, renew);
}

function checkKey(
  list: Checklist,
  { keyPem, origin, keyOrigin = origin, what }: CheckedPair,
  leaf: Certificate,
): void {
  if (keyPem === undefined) return;
  const matches = readOr(list, "key", () => keyMatchesCertificate(keyPem, leaf.pem));
  if (matches === undefined) return;
  list.judge(
    "key",
    matches
      ? []
      : [`the private key in ${keyOrigin} is not that of ${what}, ${leaf.subject.text}.`],
    `the private key is that of ${what}`,
    REPAIR.objects,
  );
}

/** Reads something from PEM. If it cannot be read, the check fails. */
function readOr<T>(list: Checklist, code: CheckCode, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    list.fail(code, error.message, REPAIR.objects);
    return undefined;
  }
}

/**
 * Checks that a CA is valid and that a certificate does not outlive it, and warns if the next certificate of the same
 * length would.
 *
 * @param problems known problems.
 */
function checkCaLife(
  list: Checklist,
  leaf: Certificate,
  roots: readonly Certificate[],
  problems: readonly string[],
): void {
  const issuer = roots.find(
    ({ subject, subjectKeyId }) =>
      subject.der === leaf.issuer.der && subjectKeyId === leaf.authorityKeyId,
  );
  const todo =
    "Nothing renews a CA: add a generation to authority.generations and let it sign; keep the old one trusted until all certificates are renewed.";
  const name = issuer === undefined ? "its CA" : `its CA (valid until ${day(issuer.notAfter)})`;
  const margin = issuer && issuer.notAfter.getTime() - leaf.notAfter.getTime();
  if (problems.length === 0 && margin !== undefined && margin < lifeOf(leaf)) {
    list.warn("ca-life", `the next certificate of the same length would outlive ${name}.`, todo);
  } else list.judge("ca-life", problems, `${name} outlives it`, todo);
}

const DAY = 24 * 3600 * 1000;

function lifeOf({ notBefore, notAfter }: Certificate): number {
  return notAfter.getTime() - notBefore.getTime();
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function days(milliseconds: number): string {
  const count = Math.floor(milliseconds / DAY);
  return count === 1 ? "1 day" : `${count} days`;
}

/** A deployed certificate, and the one that was issued last. */
interface DeployedLeaf {
  readonly leaf: Certificate;
  readonly origin: string;
  /** Fingerprint of the certificate that was issued last; undefined if it is not known, so that nothing is checked. */
  readonly issued: string | undefined;
  readonly todo: string;
}

/** Checks that a certificate is the last one issued: a Secret may be written by hand, or a pod have an older one. */
export function checkIssued(list: Checklist, { leaf, origin, issued, todo }: DeployedLeaf): void {
  if (issued === undefined) return;
  const short = (fingerprint: string) => `SHA-256 ${fingerprint.slice(0, 16)}...`;
  list.judge(
    "certificate",
    leaf.fingerprint === issued
      ? []
      : [
          `${origin} has a certificate (${short(leaf.fingerprint)}) that is not the one issued last (${short(issued)}).`,
        ],
    "its certificate is the one that the stack issued last",
    todo,
  );
}

/** PEM labels of keys, and descriptions of their forms. */
const FORMS: Readonly<Record<PrivateKeyForm, readonly [label: string, description: string]>> = {
  pkcs8: ["PRIVATE KEY", "unencrypted PKCS#8"],
  pkcs1: ["RSA PRIVATE KEY", "PKCS#1"],
  sec1: ["EC PRIVATE KEY", "SEC1"],
};

/**
 * Finds problems with the form of a key in PEM. The sentences do not quote the key.
 *
 * @param needs who needs the form, with a verb: `the enforcer reads`.
 */
export function keyFormProblems(
  { key, origin }: KeyPair,
  form: PrivateKeyForm,
  needs: string,
): string[] {
  const [wanted, description] = FORMS[form];
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(key)?.[1];
  if (label === wanted) return [];
  const found = label === undefined ? "not PEM" : `a "${label}" block`;
  return [`the key in ${origin} is ${found}, but ${needs} "${wanted}" (${description}).`];
}
