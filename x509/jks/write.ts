import { saltsFor } from "../pkcs12/key-derivation";
import { checkKeyStore, checkTrustStore, type CheckedCertificate } from "../stores/check";
import type { KeyStoreContent, TrustStoreContent } from "../stores/content";
import { CERTIFICATE_TYPE, DIGEST_LENGTH, ENTRY, MAGIC, digestOf, protectKey } from "./format";

/**
 * Writes a JKS key store, for programs that read no PKCS#12. The same content and password give the same bytes: the
 * salt is derived from them ({@link saltsFor} explains why that is safe), and the creation date is the time from which
 * the key's certificate is valid. It takes about 15 ms.
 *
 * JKS protects a key only with SHA-1 and without iterations (`key-protector.ts`), so the password must be a random one.
 * No maintained library writes JKS: jks-js 1.1.7 only reads it.
 * @throws StoreError if the password or the alias cannot be used, the key does not belong to the certificate, or a key
 *   in the chain is published
 * @throws PemError if the key or the chain cannot be read
 */
export function writeJksKeyStore(content: KeyStoreContent, password: string): Buffer {
  const { alias, keyDer, chain } = checkKeyStore(content, password);
  const salted = [alias, keyDer, ...chain.map(({ der }) => der)];
  const salts = saltsFor("JKS key store", salted, password);
  const entry = [
    entryHead(ENTRY.key, alias, chain[0]),
    withLength(protectKey(keyDer, password, salts("key", DIGEST_LENGTH))),
    uint32(chain.length),
    ...chain.map(certificate),
  ];
  return sealed([Buffer.concat(entry)], password);
}

/**
 * Writes a JKS trust store, as reproducibly as {@link writeJksKeyStore}. The creation date of each entry is the time
 * from which its certificate is valid.
 * @throws StoreError if the password or an alias cannot be used, an alias occurs twice, there is no certificate, or a
 *   certificate has a published key
 * @throws PemError if a certificate cannot be read
 */
export function writeJksTrustStore(content: TrustStoreContent, password: string): Buffer {
  const entries = checkTrustStore(content, password).map(([alias, checked]) =>
    Buffer.concat([entryHead(ENTRY.certificate, alias, checked), certificate(checked)]),
  );
  return sealed(entries, password);
}

/** Puts the head before the entries, and the digest after them. */
function sealed(entries: readonly Buffer[], password: string): Buffer {
  const version = 2;
  const head = [MAGIC, version, entries.length].map(uint32);
  const content = Buffer.concat([...head, ...entries]);
  return Buffer.concat([content, digestOf(content, password)]);
}

function entryHead(tag: number, alias: string, { notBefore }: CheckedCertificate): Buffer {
  const date = Buffer.alloc(8);
  date.writeBigInt64BE(BigInt(notBefore.getTime()));
  return Buffer.concat([uint32(tag), text(alias), date]);
}

function certificate({ der }: CheckedCertificate): Buffer {
  return Buffer.concat([text(CERTIFICATE_TYPE), withLength(der)]);
}

/** Text as `DataOutput.writeUTF` of Java writes it. For printable ASCII, that is ASCII. */
function text(ascii: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(ascii.length);
  return Buffer.concat([length, Buffer.from(ascii, "ascii")]);
}

function withLength(bytes: Buffer): Buffer {
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
