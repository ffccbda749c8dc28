import { X509Certificate, createHash } from "node:crypto";

import { readCertificate, readCertificates, type Certificate } from "../certificate";
import { keyMatchesCertificate, readPrivateKey } from "../key";
import { publishedKeyProblem } from "../published-keys";
import { quote } from "../text";
import { encrypt } from "./encryption";
import { saltsFor } from "./key-derivation";
import { Pkcs12Error } from "./schema";
import { certificateBag, encrypted, keyBag, plain, seal } from "./seal";

/** A key and its certificate, as a Java server or client reads them (`KeyStore.PrivateKeyEntry`). */
export interface KeyStoreContent {
  /** Name of the entry, written in lower case as Java does. */
  readonly alias: string;
  /** Unencrypted PEM in PKCS#8, PKCS#1 or SEC1. */
  readonly privateKeyPem: string;
  /** The key's certificate first, then the intermediate CAs. */
  readonly chainPem: string;
}

/**
 * Writes a PKCS#12 key store (RFC 7292) in JDK 17's default form, which Java reads from 11.0.12 and 8u301 on, and
 * OpenSSL 3. The same content and password give the same bytes ({@link saltsFor} explains why that is safe). It takes
 * about 35 ms, nearly all of it for key derivation.
 * @throws Pkcs12Error if the password or the alias cannot be used, the key does not belong to the certificate, or a key
 *   in the chain is published
 * @throws PemError if the key or the chain cannot be read
 */
export function writeKeyStore(content: KeyStoreContent, password: string): Buffer {
  assertStorePassword(password);
  const alias = javaAlias(content.alias);
  const key = readPrivateKey(content.privateKeyPem, "the private key");
  const chain = readCertificates(content.chainPem, "the chain").map((certificate) => {
    refusePublishedKey(certificate);
    return certificate.pem;
  });
  if (!keyMatchesCertificate(content.privateKeyPem, chain[0] ?? ""))
    throw new Pkcs12Error(
      "The private key does not belong to the first certificate of the chain: the key's own certificate comes first, " +
        "then the CA that issued it.",
    );
  const keyDer = key.export({ type: "pkcs8", format: "der" });
  const certificates = chain.map((pem) => new X509Certificate(pem).raw);
  const salts = saltsFor("key store", [alias, keyDer, ...certificates], password);
  // Like OpenSSL, but with SHA-256. Any value works that the key and its certificate share and that occurs nowhere
  // else.
  const localKeyId = createHash("sha256")
    .update(certificates[0] ?? "")
    .digest();
  const keyEntry = keyBag(encrypt(keyDer, password, salts, "key"), { alias, localKeyId });
  const bags = certificates.map((certificate, index) =>
    certificateBag(certificate, index === 0 ? { alias, localKeyId } : {}),
  );
  return seal([plain([keyEntry]), encrypted(bags, password, salts)], password, salts);
}

/** Trust anchors by alias, as Java reads them (`KeyStore.TrustedCertificateEntry`); their order does not matter. */
export type TrustStoreContent = readonly {
  readonly alias: string;
  readonly certificatePem: string;
}[];

/**
 * Writes a PKCS#12 trust store in the same form and as reproducibly as {@link writeKeyStore}. Its certificates carry
 * Oracle's attribute, without which Java finds no trust anchor. It takes about 20 ms, and 2 ms more for each
 * certificate.
 * @throws Pkcs12Error if the password or an alias cannot be used, an alias occurs twice, there is no certificate, or a
 *   certificate has a published key
 * @throws PemError if a certificate cannot be read
 */
export function writeTrustStore(content: TrustStoreContent, password: string): Buffer {
  assertStorePassword(password);
  if (content.length === 0)
    throw new Pkcs12Error(
      "A trust store without a certificate: Java refuses to start with a trust store that is empty.",
    );
  const byAlias = new Map<string, Buffer>();
  for (const { alias, certificatePem } of content) {
    const name = javaAlias(alias);
    if (byAlias.has(name))
      throw new Pkcs12Error(
        `Two certificates with the alias ${quote(name)}: Java does not tell upper from lower case, and keeps the last.`,
      );
    const certificate = readCertificate(certificatePem, `the certificate ${quote(name)}`);
    refusePublishedKey(certificate);
    byAlias.set(name, new X509Certificate(certificate.pem).raw);
  }
  const entries = [...byAlias].sort(([one], [other]) => (one < other ? -1 : 1));
  const salts = saltsFor("trust store", entries.flat(), password);
  const bags = entries.map(([alias, certificate]) =>
    certificateBag(certificate, { alias, trusted: true }),
  );
  return seal([encrypted(bags, password, salts)], password, salts);
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
 * @throws Pkcs12Error if configuration files and command lines could not carry it unchanged
 */
function javaAlias(alias: string): string {
  if (!/^[!-~](?:[ -~]*[!-~])?$/.test(alias))
    throw new Pkcs12Error(
      `The alias ${quote(alias)} cannot be used: printable ASCII without a space at either end is allowed.`,
    );
  return alias.toLowerCase();
}

/**
 * Checks a store's password.
 * @throws Pkcs12Error with the text of {@link storePasswordProblem}
 */
function assertStorePassword(password: string): void {
  const problem = storePasswordProblem(password);
  if (problem !== undefined) throw new Pkcs12Error(`The store's password ${problem}.`);
}

/**
 * Refuses to write a certificate whose private key is published, into a key store or a trust store.
 * @throws Pkcs12Error if the key is published
 */
function refusePublishedKey(certificate: Certificate): void {
  const problem = publishedKeyProblem(certificate);
  if (problem === undefined) return;
  throw new Pkcs12Error(
    `The certificate of ${certificate.subject.text} ${problem}. Use a key that was made for you alone.`,
  );
}
