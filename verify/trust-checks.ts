import { CannotCheck } from "../command/failure";
import {
  PemError,
  publishedKeyProblem,
  quoteList,
  readCertificates,
  type Certificate,
} from "../x509";
import type { Checklist } from "./check";
import type { PodFile } from "./cluster/pods";

/**
 * Reads the certificates of all generations of a stack's CA.
 *
 * @throws CannotCheck if the stack's output cannot be read.
 */
export function casOf({ caBundle }: { readonly caBundle: string }): readonly Certificate[] {
  try {
    return readCertificates(caBundle, "caBundle");
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    throw new CannotCheck(`the stack's output caBundle cannot be read: ${error.message}`);
  }
}

/** Certificates that a party holds or trusts. */
interface HeldCertificates {
  /** Their place, as the beginning of a sentence: `the CA file in Secret ns/ca`. */
  readonly what: string;
  readonly certificates: readonly Certificate[];
}

/** A file with trusted certificates. */
export interface TrustFile extends HeldCertificates {
  /** Reason why it cannot be read, as a sentence; undefined if it can. */
  readonly unreadable: string | undefined;
}

/** Reads a file with trusted certificates. @param what e.g. `the CA file`. */
export function readTrustFile({ content, origin }: PodFile, what: string): TrustFile {
  const where = `${what} in ${origin}`;
  try {
    const certificates = readCertificates(content.toString("utf8"), where);
    return { what: where, certificates, unreadable: undefined };
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    return { what: where, certificates: [], unreadable: error.message };
  }
}

/** Whether other CAs than the stack's may be trusted, too. */
export type Beyond = "nobody else" | "others too";

/**
 * Compares the trusted CAs with those of the stack.
 *
 * @param what e.g. `the trust store in Secret spinnaker/trust`.
 */
export function trustProblems(
  what: string,
  trusted: readonly Certificate[],
  cas: readonly Certificate[],
  beyond: Beyond,
): string[] {
  if (trusted.length === 0) return [`${what} has no trust anchor, and nobody would be trusted.`];
  const has = (all: readonly Certificate[], one: Certificate) =>
    all.some(({ fingerprint }) => fingerprint === one.fingerprint);
  const missing = cas.filter((ca) => !has(trusted, ca));
  const foreign = beyond === "nobody else" ? trusted.filter((ca) => !has(cas, ca)) : [];
  return [
    ...(missing.length > 0 ? [`${what} lacks the stack's ${describe(missing)}.`] : []),
    ...(foreign.length > 0
      ? [
          `${what} also has ${describe(foreign)}, which is not a CA of the stack: certificates that it signs are accepted.`,
        ]
      : []),
  ];
}

/** Compares the CAs in a file with those of the stack, as {@link trustProblems} does. */
export function trustFileProblems(
  { what, certificates, unreadable }: TrustFile,
  cas: readonly Certificate[],
  beyond: Beyond,
): string[] {
  return unreadable === undefined ? trustProblems(what, certificates, cas, beyond) : [unreadable];
}

/** Reports each certificate with a published key and its place, in a sentence. */
export function publishedKeyProblems({ what, certificates }: HeldCertificates): string[] {
  return certificates.flatMap((certificate) => {
    const problem = publishedKeyProblem(certificate);
    return problem === undefined
      ? []
      : [`${what} holds ${certificate.subject.text}, which ${problem}.`];
  });
}

/**
 * Fails if the private key of a certificate is published. Otherwise it adds no line: one that holds for every key of
 * the stack would tell nobody anything.
 */
export function checkPublishedKeys(list: Checklist, ...held: readonly HeldCertificates[]): void {
  failPublishedKeys(list, held.flatMap(publishedKeyProblems));
}

/** Fails if there are problems. @param problems sentences, all for one line. */
export function failPublishedKeys(list: Checklist, problems: readonly string[]): void {
  const distinct = [...new Set(problems)];
  if (distinct.length > 0) list.fail("published-key", distinct.join(" "), TODO);
}

const TODO =
  "Anyone with this key can pose as its owner, and anyone with a CA's key as everybody: replace it with one that the stack creates, and trust it nowhere.";

/** Describes CAs by name and fingerprint, because the CAs of a rotation often have the same name. */
function describe(cas: readonly Certificate[]): string {
  const names = cas.map(
    ({ subject, fingerprint }) => `${subject.text} (SHA-256 ${fingerprint.slice(0, 16)}...)`,
  );
  return names.length > 3
    ? `${quoteList(names.slice(0, 3))} and ${names.length - 3} more`
    : quoteList(names);
}
