import { createSecureContext } from "node:tls";
import { messageOf } from "../command/failure";
import {
  StoreError,
  isJks,
  publishedKeysIn,
  readCertificate,
  readJks,
  readPkcs12,
  type Certificate,
  type StoreContent,
} from "../x509";
import { REPAIR, type Checklist } from "./check";
import type { KeyPair } from "./leaf-checks";
import { trustProblems, type Beyond } from "./trust-checks";

/** A store that was opened with its password, or the reason why it cannot be, as the end of a sentence. */
type Opened =
  | { readonly content: StoreContent; readonly problem: undefined }
  | { readonly content: undefined; readonly problem: string };

/** Opener of stores. It opens each only once, however many services share it, because deriving the keys is slow. */
export class StoreShelf {
  private readonly opened = new Map<string, Opened>();

  open(store: Buffer, password: string): Opened {
    const key = `${store.toString("base64")} ${password}`;
    const known = this.opened.get(key) ?? open(store, password);
    this.opened.set(key, known);
    return known;
  }
}

/** A key or trust store that a service reads, in PKCS#12 or JKS. */
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

/**
 * Opens a store as Java does by default: the content decides whether it is PKCS#12 or JKS, whatever type was configured
 * (`keystore.type.compat` in the java.security of JDK 17).
 */
function open(store: Buffer, password: string): Opened {
  try {
    if (isJks(store)) return { content: readJks(store, password), problem: undefined };
    const content = readPkcs12(store, password);
    const problem = opensslProblem(store, password);
    return problem === undefined ? { content, problem } : { content: undefined, problem };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { content: undefined, problem: `cannot be opened: ${error.message}` };
  }
}

/** Opens a PKCS#12 store with OpenSSL, too. Node rejects a store without a key, but only after OpenSSL has opened it. */
function opensslProblem(store: Buffer, password: string): string | undefined {
  try {
    createSecureContext({ pfx: store, passphrase: password });
    return undefined;
  } catch (error) {
    const message = messageOf(error);
    if (message === "Unable to load private key from PFX data") return undefined;
    return `cannot be opened by OpenSSL: ${message}.`;
  }
}
