import { publishedKeysIn, readCertificate, type Certificate } from "../x509";
import type { Checklist } from "./check";
import type { KeyPair } from "./key-pair";
import type { Opened } from "./stores";
import { REPAIR } from "./todo";
import { trustProblems, type Beyond } from "./trust-problems";

/** A key or trust store that a service reads. */
export interface Store {
  /** The Secret that it comes from. */
  readonly origin: string;
  readonly opened: Opened;
}

/** Checks that each store holds one key with its certificate. */
export function checkKeyStores(list: Checklist, stores: readonly Store[]): void {
  const problems = stores.map(({ origin, opened: { content, problem } }) => {
    const what = `the key store in ${origin}`;
    if (content === undefined) return `${what} ${problem}`;
    const { keys } = content;
    if (keys.length !== 1) return `${what} holds ${keys.length} keys, and must hold one.`;
    return keys[0]?.chainPem === "" ? `${what} has no certificate for its key.` : "";
  });
  list.judge(
    "key-store",
    unique(problems.filter((problem) => problem !== "")),
    "its key store opens with its password, and holds one key with its certificate",
    REPAIR.objects,
  );
}

/** Problems with a trust store, as sentences. */
export function trustStoreProblems(
  { origin, opened: { content, problem } }: Store,
  cas: readonly Certificate[],
  beyond: Beyond,
): string[] {
  const what = `the trust store in ${origin}`;
  if (content === undefined) return [`${what} ${problem}`];
  const keys = content.keys.length > 0 ? [`${what} holds a private key, which many can read.`] : [];
  const unmarked = content.others.length;
  if (content.trusted.length === 0 && unmarked > 0) {
    const message = `${what} has no trust anchor for Java: its ${unmarked} certificates lack Oracle's attribute (trustedKeyUsage).`;
    return [...keys, message];
  }
  const trusted = content.trusted.map(({ certificatePem }) => readCertificate(certificatePem));
  return [...keys, ...trustProblems(what, trusted, cas, beyond)];
}

/** Certificates in a trust store whose private key everybody has, as sentences. */
export function publishedKeysInStore({ origin, opened: { content } }: Store): string[] {
  if (content === undefined) return [];
  return publishedKeysIn(content).map((problem) => `the trust store in ${origin} ${problem}.`);
}

/** Returns the only key in a store. */
export function pairInStore({ origin, opened }: Store): KeyPair | undefined {
  const [key] = opened.content?.keys ?? [];
  return key && { certificate: key.chainPem, key: key.privateKeyPem, origin };
}

/** Removes duplicates, because two settings often name one store. */
export function unique(problems: readonly string[]): string[] {
  return [...new Set(problems)];
}
