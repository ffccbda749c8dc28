import type { KeyObject, X509Certificate } from "node:crypto";
import { EncryptedContent, id_data, id_encryptedData, type ContentInfo } from "@peculiar/asn1-cms";
import {
  AuthenticatedSafe,
  CertBag,
  PFX,
  SafeContents,
  id_certBag,
  id_keyBag,
  id_pkcs8ShroudedKeyBag,
  id_x509Certificate,
  type SafeBag,
} from "@peculiar/asn1-pfx";
import { EncryptedPrivateKeyInfo } from "@peculiar/asn1-pkcs8";
import {
  FriendlyName,
  id_pkcs9_at_friendlyName,
  id_pkcs9_at_localKeyId,
} from "@peculiar/asn1-pkcs9";
import { toBuffer, toHex } from "../der";
import { isJks } from "../jks";
import {
  StoreError,
  readAnyStore,
  readStoredCertificate,
  readStoredKey,
  toCertificateEntry,
  toKeyEntry,
  type CertificateEntry,
  type StoreContent,
} from "../stores/content";
import { WorkLimit } from "./key-derivation";
import { checkMac, decrypt } from "./protection";
import { EncryptedData, Octets, TRUSTED_KEY_USAGE, parsePart, unsupported } from "./schema";

/**
 * Reads a PKCS#12 store (RFC 7292) that this library, keytool or OpenSSL wrote, with AES or, as in past years, with
 * Triple DES. Java's rules decide what an entry is.
 * @param der the file
 * @param password the password of the store, which must also be that of its keys
 * @throws StoreError if the file is not a store, is damaged, or was written with unsupported algorithms or another
 *   password
 */
export function readPkcs12(der: Uint8Array, password: string): StoreContent {
  return readAnyStore(der, () => readStore(der, password));
}

function readStore(der: Uint8Array, password: string): StoreContent {
  const { authSafe, macData } = readOuter(der);
  if (authSafe.contentType !== id_data) unsupported(authSafe.contentType);
  const content = octetsOf(authSafe);
  const limit = new WorkLimit();
  checkMac(macData, content, password, limit);
  const safe = Array.from(parsePart(content, AuthenticatedSafe, "authenticated safe"));
  const found = safe
    .map((part) => openPart(part, password, limit))
    .flatMap((part) => Array.from(parsePart(part, SafeContents, "safe contents")))
    .map((bag) => readBag(bag, password, limit));
  return arrange(found.filter((entry) => entry !== undefined));
}

function readOuter(der: Uint8Array): PFX {
  let store: PFX;
  try {
    store = parsePart(der, PFX, "store");
  } catch {
    throw new StoreError(`This is not a PKCS#12 store${guess(der)}.`);
  }
  if (store.version !== 3)
    throw new StoreError(`PKCS#12 of version ${store.version}; only version 3 exists.`);
  return store;
}

/** Guesses what a file is that is not PKCS#12, as the end of a sentence. */
function guess(der: Uint8Array): string {
  if (der.length === 0) return ", but an empty file";
  if (isJks(der))
    return ", but a JKS store: `keytool -importkeystore -deststoretype pkcs12` converts it";
  // A SEQUENCE begins with the character `0` and continues with a byte that is not text.
  if (
    toBuffer(der)
      .subarray(0, 64)
      .every((byte) => byte < 0x7f)
  )
    return ", but text: PKCS#12 is binary, and base64 in a Kubernetes Secret must be decoded first";
  return ", or cut off";
}

function openPart(part: ContentInfo, password: string, limit: WorkLimit): Buffer {
  switch (part.contentType) {
    case id_data:
      return octetsOf(part);
    case id_encryptedData: {
      const { encryptedContentInfo } = parsePart(part.content, EncryptedData, "encrypted data");
      const { contentEncryptionAlgorithm: algorithm, encryptedContent } = encryptedContentInfo;
      const data = joined(encryptedContent ?? new EncryptedContent());
      return decrypt({ algorithm, data }, password, limit, "the certificates");
    }
    default:
      return unsupported(part.contentType);
  }
}

function octetsOf({ content }: ContentInfo): Buffer {
  return toBuffer(parsePart(content, Octets, "content").buffer);
}

function joined({ value, constructedValue = [] }: EncryptedContent): Buffer {
  const parts = value === undefined ? constructedValue : [value];
  return Buffer.concat(parts.map(({ buffer }) => toBuffer(buffer)));
}

/** Combines keys and certificates into entries. */
function arrange(found: readonly (FoundKey | FoundCertificate)[]): StoreContent {
  const keys = found.filter((entry) => "key" in entry);
  const certificates = found.filter((entry) => "certificate" in entry);
  const chains = new Map(keys.map((key) => [key, chainOf(key, certificates)]));
  const inChains = new Set([...chains.values()].flat());
  return {
    keys: [...chains].map(([{ alias, key }, chain]) =>
      toKeyEntry(
        alias,
        key,
        chain.map(({ certificate }) => certificate),
      ),
    ),
    trusted: certificates.filter(({ trusted }) => trusted).map(toEntry),
    others: certificates.filter((entry) => !entry.trusted && !inChains.has(entry)).map(toEntry),
  };
}

function toEntry({ alias, certificate }: FoundCertificate): CertificateEntry {
  return toCertificateEntry(alias, certificate);
}

function chainOf(key: FoundKey, certificates: readonly FoundCertificate[]): FoundCertificate[] {
  const chain: FoundCertificate[] = [];
  let next = ownCertificate(key, certificates);
  while (next !== undefined && !chain.includes(next)) {
    chain.push(next);
    const current: X509Certificate = next.certificate;
    // A root is its own issuer.
    if (current.subject === current.issuer) break;
    next = certificates.find(({ certificate }) => current.checkIssued(certificate));
  }
  return chain;
}

/** Finds the certificate with the key's ID, or the one with its public key, as some writers omit the ID. */
function ownCertificate(
  { key, localKeyId }: FoundKey,
  certificates: readonly FoundCertificate[],
): FoundCertificate | undefined {
  const linked = certificates.find(
    (entry) => localKeyId !== undefined && entry.localKeyId === localKeyId,
  );
  return linked ?? certificates.find(({ certificate }) => certificate.checkPrivateKey(key));
}

/** Attributes of a bag, in a form that can be compared. */
interface Attributes {
  readonly alias?: string;
  /** The key ID in hex. */
  readonly localKeyId?: string;
  readonly trusted: boolean;
}

/** A private key from its bag. */
interface FoundKey extends Attributes {
  readonly key: KeyObject;
}

/** A certificate from its bag. */
interface FoundCertificate extends Attributes {
  readonly certificate: X509Certificate;
}

/**
 * Opens a bag.
 * @returns its content; undefined if that is neither a key nor an X.509 certificate, which Java ignores as well
 */
function readBag(
  { bagId, bagValue, bagAttributes = [] }: SafeBag,
  password: string,
  limit: WorkLimit,
): FoundKey | FoundCertificate | undefined {
  switch (bagId) {
    case id_keyBag:
      return { ...readAttributes(bagAttributes), key: readStoredKey(toBuffer(bagValue)) };
    case id_pkcs8ShroudedKeyBag: {
      const bag = parsePart(bagValue, EncryptedPrivateKeyInfo, "key bag");
      const encrypted = {
        algorithm: bag.encryptionAlgorithm,
        data: toBuffer(bag.encryptedData.buffer),
      };
      const key = readStoredKey(decrypt(encrypted, password, limit, "a private key"));
      return { ...readAttributes(bagAttributes), key };
    }
    case id_certBag: {
      const bag = parsePart(bagValue, CertBag, "certificate bag");
      if (bag.certId !== id_x509Certificate) return undefined;
      const der = toBuffer(parsePart(bag.certValue, Octets, "certificate bag").buffer);
      return { ...readAttributes(bagAttributes), certificate: readStoredCertificate(der) };
    }
    default:
      return undefined;
  }
}

function readAttributes(attributes: NonNullable<SafeBag["bagAttributes"]>): Attributes {
  const values = new Map(attributes.map(({ attrId, attrValues: [first] }) => [attrId, first]));
  const alias = values.get(id_pkcs9_at_friendlyName);
  const localKeyId = values.get(id_pkcs9_at_localKeyId);
  return {
    ...(alias && { alias: parsePart(alias, FriendlyName, "alias").value }),
    ...(localKeyId && { localKeyId: toHex(parsePart(localKeyId, Octets, "key ID").buffer) }),
    trusted: values.has(TRUSTED_KEY_USAGE),
  };
}
