import { publishedKeyProblem, type Certificate } from "../x509";
import type { Checklist } from "./check";

/** Certificates that somebody holds or trusts. */
export interface HeldCertificates {
  /** Where they are, as the beginning of a sentence: `the CA file in Secret ns/ca`. */
  readonly what: string;
  readonly certificates: readonly Certificate[];
}

/** Says of each certificate with a published key where it is, in a sentence. */
export function publishedKeyProblems({ what, certificates }: HeldCertificates): string[] {
  return certificates.flatMap((certificate) => {
    const problem = publishedKeyProblem(certificate);
    return problem === undefined
      ? []
      : [`${what} holds ${certificate.subject.text}, which ${problem}.`];
  });
}

/**
 * Fails where everybody has a private key. Says nothing where that is not so: a line that holds of every key that the stack
 * makes tells nobody anything.
 */
export function checkPublishedKeys(list: Checklist, ...held: readonly HeldCertificates[]): void {
  failPublishedKeys(list, held.flatMap(publishedKeyProblems));
}

/** @param problems sentences, those of one line. */
export function failPublishedKeys(list: Checklist, problems: readonly string[]): void {
  const distinct = [...new Set(problems)];
  if (distinct.length > 0) list.fail("published-key", distinct.join(" "), TODO);
}

const TODO =
  "Whoever has the key is taken for its owner, and whoever has a CA's for everybody: replace it by one that the stack makes, and trust it nowhere.";
