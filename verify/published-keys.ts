import { publishedKeyProblem, type Certificate } from "../x509";
import type { Checklist } from "./check";

/** Certificates that a party holds or trusts. */
export interface HeldCertificates {
  /** Their place, as the beginning of a sentence: `the CA file in Secret ns/ca`. */
  readonly what: string;
  readonly certificates: readonly Certificate[];
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
