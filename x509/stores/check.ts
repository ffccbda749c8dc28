import { X509Certificate, createPrivateKey } from "node:crypto";
import { readCertificate, readCertificates, type Certificate } from "../certificate";
import { keyMatchesCertificate, readPrivateKey } from "../key";
import { publishedKeyProblem } from "../published-keys";
import { isPrintable, quote } from "../text";
import {
  StoreError,
  type KeyStoreContent,
  type StoreContent,
  type TrustStoreContent,
} from "./content";

/** A certificate in DER, and the time from which it is valid. */
export interface CheckedCertificate {
  readonly der: Buffer;
  readonly notBefore: Date;
}

/** Content of a key store that may be written. */
interface CheckedKeyStore {
  readonly alias: string;
  /** The private key in PKCS#8. */
  readonly keyDer: Buffer;
  /** The key's own certificate, then those of the CAs. */
  readonly chain: readonly [CheckedCertificate, ...CheckedCertificate[]];
}

/**
 * Checks the content and the password of a key store, whatever its format.
 * @throws StoreError if the password or the alias cannot be used, the key does not belong to the certificate, or a key
 *   in the chain is published
 * @throws PemError if the key or the chain cannot be read
 */
export function checkKeyStore(content: KeyStoreContent, password: string): CheckedKeyStore {
  assertStorePassword(password);
  const alias = javaAlias(content.alias);
  const key = readPrivateKey(content.privateKeyPem, "the private key");
  const chain = readCertificates(content.chainPem, "the chain");
  chain.forEach(refusePublishedKey);
  const [own, ...cas] = chain;
  if (own === undefined || !keyMatchesCertificate(content.privateKeyPem, own.pem))
    throw new StoreError(
      "The private key does not belong to the first certificate of the chain: the key's own certificate comes first, " +
        "then the CA that issued it.",
    );
  return {
    alias,
    keyDer: key.export({ type: "pkcs8", format: "der" }),
    chain: [toChecked(own), ...cas.map(toChecked)],
  };
}

/**
 * Checks the content and the password of a trust store, whatever its format.
 * @returns the certificates by alias, in the order of the aliases
 * @throws StoreError if the password or an alias cannot be used, an alias occurs twice, there is no certificate, or a
 *   certificate has a published key
 * @throws PemError if a certificate cannot be read
 */
export function checkTrustStore(
  content: TrustStoreContent,
  password: string,
): [alias: string, certificate: CheckedCertificate][] {
  assertStorePassword(password);
  if (content.length === 0)
    throw new StoreError(
      "A trust store without a certificate: Java refuses to start with a trust store that is empty.",
    );
  const byAlias = new Map<string, CheckedCertificate>();
  for (const { alias, certificatePem } of content) {
    const name = javaAlias(alias);
    if (byAlias.has(name))
      throw new StoreError(
        `Two certificates with the alias ${quote(name)}: Java does not tell upper from lower case, and keeps the last.`,
      );
    const certificate = readCertificate(certificatePem, `the certificate ${quote(name)}`);
    refusePublishedKey(certificate);
    byAlias.set(name, toChecked(certificate));
  }
  return [...byAlias].sort(([one], [other]) => (one < other ? -1 : 1));
}

function toChecked({ pem, notBefore }: Certificate): CheckedCertificate {
  return { der: new X509Certificate(pem).raw, notBefore };
}

/**
 * Length of the shortest password with which keytool writes a store. With a shorter one, nobody could change the
 * password later.
 */
const SHORTEST_PASSWORD = 6;

/**
 * Describes why a text cannot be the password of a store for Java and others.
 * @param password the password, which is never quoted
 * @returns the end of a sentence that begins with what the password is for, or undefined if it can be used
 */
export function storePasswordProblem(password: string): string | undefined {
  if (/[\r\n]$/.test(password))
    return "ends with a line break, which Java takes for a part of it: write it with `printf %s`, not with `echo`";
  // Java's PBE key refuses everything else, while OpenSSL accepts it: only some readers could open such a store.
  if (/[^ -~]/.test(password))
    return "has characters outside printable ASCII, with which Java cannot open a store";
  if (/^ | $/.test(password))
    return "begins or ends with a space, which configuration files lose on the way";
  if (password.length < SHORTEST_PASSWORD)
    return `is shorter than ${SHORTEST_PASSWORD} characters, which keytool refuses`;
  return undefined;
}

/**
 * Returns an alias as Java stores it: in lower case, as Java looks entries up that way.
 * @throws StoreError if configuration files and command lines could not carry it unchanged
 */
function javaAlias(alias: string): string {
  if (!isPrintable(alias))
    throw new StoreError(
      `The alias ${quote(alias)} cannot be used: printable ASCII without a space at either end is allowed.`,
    );
  return alias.toLowerCase();
}

/**
 * Checks a store's password.
 * @throws StoreError with the text of {@link storePasswordProblem}
 */
function assertStorePassword(password: string): void {
  const problem = storePasswordProblem(password);
  if (problem !== undefined) throw new StoreError(`The store's password ${problem}.`);
}

/**
 * Refuses to write a certificate whose private key is published, into a key store or a trust store.
 * @throws StoreError if the key is published
 */
function refusePublishedKey(certificate: Certificate): void {
  const problem = publishedKeyProblem(certificate);
  if (problem === undefined) return;
  throw new StoreError(
    `The certificate of ${certificate.subject.text} ${problem}. Use a key that was made for you alone.`,
  );
}

/**
 * Describes the published keys in a store that was read. Reading refuses none of them, so that deployed stores can be
 * examined.
 * @returns continuations of a sentence that begins with the store, without repetitions: `holds CN=localhost, which has
 *   the key that …`
 */
export function publishedKeysIn({ keys, trusted, others }: StoreContent): string[] {
  const ofKeys = keys.flatMap(({ privateKeyPem, chainPem }) => {
    const problem = publishedKeyProblem(createPrivateKey(privateKeyPem));
    const chain = chainPem === "" ? [] : readCertificates(chainPem);
    return [...(problem === undefined ? [] : [`holds a key that ${problem}`]), ...inAll(chain)];
  });
  const certificates = [...trusted, ...others].map(({ certificatePem }) =>
    readCertificate(certificatePem),
  );
  return [...new Set([...ofKeys, ...inAll(certificates)])];
}

function inAll(certificates: readonly Certificate[]): string[] {
  return certificates.flatMap((certificate) => {
    const problem = publishedKeyProblem(certificate);
    return problem === undefined ? [] : [`holds ${certificate.subject.text}, which ${problem}`];
  });
}
