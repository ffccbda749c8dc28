import { createHash } from "node:crypto";

import { checkKeyStore, checkTrustStore } from "../stores/check";
import type { KeyStoreContent, TrustStoreContent } from "../stores/content";
import { encrypt } from "./encryption";
import { saltsFor } from "./key-derivation";
import { certificateBag, encrypted, keyBag, plain, seal } from "./seal";

/**
 * Writes a PKCS#12 key store (RFC 7292) in JDK 17's default form, which Java reads from 11.0.12 and 8u301 on, and
 * OpenSSL 3. The same content and password give the same bytes ({@link saltsFor} explains why that is safe). It takes
 * about 35 ms, nearly all of it for key derivation.
 * @throws StoreError if the password or the alias cannot be used, the key does not belong to the certificate, or a key
 *   in the chain is published
 * @throws PemError if the key or the chain cannot be read
 */
export function writeKeyStore(content: KeyStoreContent, password: string): Buffer {
  const { alias, keyDer, chain } = checkKeyStore(content, password);
  const certificates = chain.map(({ der }) => der);
  const salts = saltsFor("key store", [alias, keyDer, ...certificates], password);
  // Like OpenSSL, but with SHA-256. Any value works that the key and its certificate share and that occurs nowhere
  // else.
  const localKeyId = createHash("sha256").update(chain[0].der).digest();
  const keyEntry = keyBag(encrypt(keyDer, password, salts, "key"), { alias, localKeyId });
  const bags = certificates.map((certificate, index) =>
    certificateBag(certificate, index === 0 ? { alias, localKeyId } : {}),
  );
  return seal([plain([keyEntry]), encrypted(bags, password, salts)], password, salts);
}

/**
 * Writes a PKCS#12 trust store in the same form and as reproducibly as {@link writeKeyStore}. Its certificates carry
 * Oracle's attribute, without which Java finds no trust anchor. It takes about 20 ms, and 2 ms more for each
 * certificate.
 * @throws StoreError if the password or an alias cannot be used, an alias occurs twice, there is no certificate, or a
 *   certificate has a published key
 * @throws PemError if a certificate cannot be read
 */
export function writeTrustStore(content: TrustStoreContent, password: string): Buffer {
  const entries = checkTrustStore(content, password);
  const salted = entries.flatMap(([alias, { der }]) => [alias, der]);
  const salts = saltsFor("trust store", salted, password);
  const bags = entries.map(([alias, { der }]) => certificateBag(der, { alias, trusted: true }));
  return seal([encrypted(bags, password, salts)], password, salts);
}
