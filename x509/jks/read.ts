import { timingSafeEqual, type X509Certificate } from "node:crypto";

import { toBuffer } from "../der";
import {
  StoreError,
  type CertificateEntry,
  type KeyEntry,
  type StoreContent,
} from "../stores/content";
import {
  readAnyStore,
  readStoredCertificate,
  readStoredKey,
  toCertificateEntry,
  toKeyEntry,
  wrongPassword,
} from "../stores/read-parts";
import {
  CERTIFICATE_TYPE,
  DIGEST_LENGTH,
  ENTRY,
  MAGIC_OF_JCEKS,
  digestOf,
  firstWord,
  isJks,
  recoverKey,
} from "./format";

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
