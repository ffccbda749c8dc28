import { X509Certificate, createHash } from "node:crypto";

import { readCertificates } from "../certificate";
import { keyMatchesCertificate, readPrivateKey } from "../key";
import { javaAlias } from "./alias";
import { certificateBag, keyBag } from "./bags";
import { encrypt } from "./encryption";
import { assertStorePassword } from "./password";
import { Pkcs12Error } from "./pkcs12-error";
import { refusePublishedKey } from "./published";
import { saltsFor } from "./salts";
import { encrypted, plain, seal } from "./seal";

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
