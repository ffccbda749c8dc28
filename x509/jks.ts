/** Sun's JKS format, as `sun.security.provider.JavaKeyStore` of OpenJDK 17 writes and reads it. */
import { createHash, timingSafeEqual, type X509Certificate } from "node:crypto";
import { EncryptedData, EncryptedPrivateKeyInfo } from "@peculiar/asn1-pkcs8";
import { AlgorithmIdentifier } from "@peculiar/asn1-x509";
import { encode, toBuffer } from "./der";
import { saltsFor } from "./pkcs12/key-derivation";
import { parsePart, unsupported } from "./pkcs12/schema";
import { checkKeyStore, checkTrustStore, type CheckedCertificate } from "./stores/check";
import {
  StoreError,
  otherPassword,
  readAnyStore,
  readStoredCertificate,
  readStoredKey,
  toCertificateEntry,
  toKeyEntry,
  wrongPassword,
  type CertificateEntry,
  type KeyEntry,
  type KeyStoreContent,
  type StoreContent,
  type TrustStoreContent,
} from "./stores/content";

/** First four bytes of a store. */
const MAGIC = 0xfeedfeed;

/** First four bytes of the related format JCEKS. */
const MAGIC_OF_JCEKS = 0xcececece;

/** Tag of an entry. */
const ENTRY = { key: 1, certificate: 2 } as const;

/** The type that version 2 writes before each certificate. */
const CERTIFICATE_TYPE = "X.509";

/** Length of SHA-1 in bytes, which is also that of the salt. */
const DIGEST_LENGTH = 20;

/** Whether a file begins as a JKS store does. */
export function isJks(bytes: Uint8Array): boolean {
  return firstWord(bytes) === MAGIC;
}

/** Returns the first four bytes as a number, or undefined if there are fewer. */
function firstWord(bytes: Uint8Array): number | undefined {
  return bytes.length < 4 ? undefined : Buffer.from(bytes.subarray(0, 4)).readUInt32BE();
}

/** Digest at the end of a store, which lets readers detect a wrong password or a changed store. */
function digestOf(content: Uint8Array, password: string): Buffer {
  // The words are part of the format (JavaKeyStore.getPreKeyedHash).
  return sha1(passwordBytes(password), Buffer.from("Mighty Aphrodite"), content);
}

/** Password as both digests take it: UTF-16 with the high byte first. */
function passwordBytes(password: string): Buffer {
  return Buffer.from(password, "utf16le").swap16();
}

/** SHA-1 of the concatenated parts. */
function sha1(...parts: readonly Uint8Array[]): Buffer {
  return createHash("sha1").update(Buffer.concat(parts)).digest();
}

/** Object identifier of `sun.security.provider.KeyProtector`. */
const KEY_PROTECTOR = "1.3.6.1.4.1.42.2.17.1.1";

/**
 * Encrypts a private key as JKS requires: XOR with a chain of SHA-1 digests of the password and the salt, then a digest
 * of the password and the key. There are no iterations, so a guess of the password costs two digests: only a password
 * that cannot be guessed protects the key.
 * @param keyDer the key in PKCS#8
 * @param salt 20 bytes, which must not repeat for another key with the same password
 * @returns EncryptedPrivateKeyInfo (RFC 5958 section 3) in DER
 */
export function protectKey(keyDer: Uint8Array, password: string, salt: Uint8Array): Buffer {
  const bytes = passwordBytes(password);
  const data = Buffer.concat([salt, masked(keyDer, bytes, salt), sha1(bytes, keyDer)]);
  const info = new EncryptedPrivateKeyInfo({
    encryptionAlgorithm: new AlgorithmIdentifier({ algorithm: KEY_PROTECTOR, parameters: null }),
    encryptedData: new EncryptedData(data),
  });
  return toBuffer(encode(info, "encrypted private key"));
}

/**
 * Decrypts such a key.
 * @returns the key in PKCS#8
 * @throws StoreError if it is malformed, of another algorithm, or has another password
 */
function recoverKey(encrypted: Uint8Array, password: string): Buffer {
  const info = parsePart(encrypted, EncryptedPrivateKeyInfo, "key entry");
  const { algorithm } = info.encryptionAlgorithm;
  if (algorithm !== KEY_PROTECTOR) unsupported(algorithm);
  const data = toBuffer(info.encryptedData.buffer);
  const end = data.length - DIGEST_LENGTH;
  const bytes = passwordBytes(password);
  const keyDer = masked(data.subarray(DIGEST_LENGTH, end), bytes, data.subarray(0, DIGEST_LENGTH));
  const expected = sha1(bytes, keyDer);
  if (end < DIGEST_LENGTH || !timingSafeEqual(data.subarray(end), expected))
    throw otherPassword("a private key");
  return keyDer;
}

/** XOR with the digests, which both encrypts and decrypts. */
function masked(from: Uint8Array, password: Buffer, salt: Uint8Array): Buffer {
  const result = Buffer.alloc(from.length);
  let digest: Uint8Array = salt;
  for (const [index, byte] of from.entries()) {
    const position = index % DIGEST_LENGTH;
    if (position === 0) digest = sha1(password, digest);
    result[index] = byte ^ (digest[position] ?? 0);
  }
  return result;
}

/** The magic number and the version. */
const HEAD_LENGTH = 8;

/**
 * Reads a JKS store, of this library or of Java's keytool, in version 1 or 2. Every certificate outside of a key's chain
 * is a trust anchor, so `others` is empty.
 * @param bytes the file
 * @param password the password of the store, which must also be that of its keys
 * @throws StoreError if the file is not a JKS store, is damaged, or was written with unsupported algorithms or another
 *   password
 */
export function readJks(bytes: Uint8Array, password: string): StoreContent {
  return readAnyStore(bytes, () => readStore(toBuffer(bytes), password));
}

function readStore(bytes: Buffer, password: string): StoreContent {
  if (!isJks(bytes)) throw new StoreError(`This is not a JKS store${guess(bytes)}.`);
  const end = bytes.length - DIGEST_LENGTH;
  if (end < HEAD_LENGTH) throw damaged("it is cut off");
  const content = bytes.subarray(0, end);
  if (!timingSafeEqual(bytes.subarray(end), digestOf(content, password))) throw wrongPassword();
  const fields = new Fields(content.subarray(4));
  const version = fields.uint32();
  if (version !== 1 && version !== 2)
    throw new StoreError(`JKS of version ${version}; only versions 1 and 2 exist.`);
  // If an alias occurs twice, Java keeps the last entry.
  const entries = new Map<string, KeyEntry | CertificateEntry>();
  for (let left = fields.uint32(); left > 0; left--) {
    const { alias, entry } = readEntry(fields, version, password);
    entries.set(alias, entry);
  }
  fields.assertEnd();
  const found = [...entries.values()];
  return {
    keys: found.filter((entry) => "privateKeyPem" in entry),
    trusted: found.filter((entry) => "certificatePem" in entry),
    others: [],
  };
}

function readEntry(fields: Fields, version: 1 | 2, password: string) {
  const tag = fields.uint32();
  const alias = fields.text();
  fields.take(8); // the creation date
  switch (tag) {
    case ENTRY.key: {
      const key = readStoredKey(recoverKey(fields.bytes(), password));
      const chain: X509Certificate[] = [];
      for (let left = fields.uint32(); left > 0; left--)
        chain.push(readCertificateField(fields, version));
      return { alias, entry: toKeyEntry(alias, key, chain) };
    }
    case ENTRY.certificate:
      return { alias, entry: toCertificateEntry(alias, readCertificateField(fields, version)) };
    default:
      throw damaged(`an entry of kind ${tag}, which does not exist`);
  }
}

/** Reads a certificate. Version 1 knows only one type and does not write it. */
function readCertificateField(fields: Fields, version: 1 | 2): X509Certificate {
  if (version === 2 && fields.text() !== CERTIFICATE_TYPE)
    throw damaged(`a certificate of another type than ${CERTIFICATE_TYPE}`);
  return readStoredCertificate(fields.bytes());
}

/** Fields of a store, as `java.io.DataInput` reads them one after the other. */
class Fields {
  constructor(private rest: Buffer) {}

  take(length: number): Buffer {
    if (length > this.rest.length) throw damaged("a field is longer than the store");
    const taken = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(length);
    return taken;
  }

  uint32(): number {
    return this.take(4).readUInt32BE();
  }

  bytes(): Buffer {
    return this.take(this.uint32());
  }

  text(): string {
    return decodeModifiedUtf8(this.take(this.take(2).readUInt16BE()));
  }

  assertEnd(): void {
    if (this.rest.length > 0) throw damaged("data after the last entry");
  }
}

/** Decodes text of `DataOutput.writeUTF`, which encodes every UTF-16 unit on its own, in one to three bytes. */
function decodeModifiedUtf8(bytes: Buffer): string {
  const units: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    if (first < 0x80) units.push(first);
    else if (first < 0xe0) units.push(((first & 0x1f) << 6) | (second & 0x3f));
    else units.push(((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f));
    at += first < 0x80 ? 1 : first < 0xe0 ? 2 : 3;
  }
  return String.fromCharCode(...units);
}

function damaged(how: string): StoreError {
  return new StoreError(`The store is damaged: ${how}.`);
}

/** Guesses what a file is that is not JKS, as the end of a sentence. */
function guess(bytes: Buffer): string {
  if (bytes.length === 0) return ", but an empty file";
  if (firstWord(bytes) === MAGIC_OF_JCEKS)
    return ", but a JCEKS store: `keytool -importkeystore -deststoretype pkcs12` converts it";
  if (bytes[0] === 0x30) return ", but perhaps a PKCS#12 store";
  return "";
}

/**
 * Writes a JKS key store, for programs that read no PKCS#12. The same content and password give the same bytes: the
 * salt is derived from them ({@link saltsFor} explains why that is safe), and the creation date is the time from which
 * the key's certificate is valid. It takes about 15 ms.
 *
 * JKS protects a key only with SHA-1 and without iterations ({@link protectKey}), so the password must be a random one.
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
