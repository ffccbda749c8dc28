import { createHash } from "node:crypto";
import {
  ContentEncryptionAlgorithmIdentifier,
  ContentInfo,
  EncryptedContent,
  EncryptedContentInfo,
  id_data,
  id_encryptedData,
} from "@peculiar/asn1-cms";
import {
  AuthenticatedSafe,
  CertBag,
  PFX,
  PKCS12Attribute,
  SafeBag,
  SafeContents,
  id_certBag,
  id_pkcs8ShroudedKeyBag,
  id_x509Certificate,
} from "@peculiar/asn1-pfx";
import { EncryptedData as EncryptedKey, EncryptedPrivateKeyInfo } from "@peculiar/asn1-pkcs8";
import {
  FriendlyName,
  LocalKeyId,
  id_pkcs9_at_friendlyName,
  id_pkcs9_at_localKeyId,
} from "@peculiar/asn1-pkcs9";
import { AsnObjectIdentifierConverter, OctetString } from "@peculiar/asn1-schema";
import { anyExtendedKeyUsage } from "@peculiar/asn1-x509";
import { encode, toBuffer } from "../der";
import { checkKeyStore, checkTrustStore } from "../stores/check";
import type { KeyStoreContent, TrustStoreContent } from "../stores/content";
import { saltsFor, type Salts } from "./key-derivation";
import { encrypt, makeMac, type Encrypted } from "./protection";
import { EncryptedData, TRUSTED_KEY_USAGE } from "./schema";

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

/**
 * Assembles the parts of a store and adds its MAC.
 * @returns the file
 */
function seal(contents: ContentInfo[], password: string, salts: Salts): Buffer {
  const safe = toBuffer(encode(new AuthenticatedSafe(contents), "authenticated safe"));
  const macData = makeMac(safe, password, salts);
  return toBuffer(encode(new PFX({ version: 3, authSafe: data(safe), macData }), "store"));
}

/** An unencrypted part, for keys: each key is encrypted in its bag. */
function plain(bags: SafeBag[]): ContentInfo {
  return data(contentsOf(bags));
}

function data(content: Buffer): ContentInfo {
  return new ContentInfo({
    contentType: id_data,
    content: encode(new OctetString(content), "data"),
  });
}

/** A part that is encrypted as a whole, as is usual for certificates. */
function encrypted(bags: SafeBag[], password: string, salts: Salts): ContentInfo {
  const { algorithm, data } = encrypt(contentsOf(bags), password, salts, "certificates");
  const encryptedContentInfo = new EncryptedContentInfo({
    contentType: id_data,
    contentEncryptionAlgorithm: new ContentEncryptionAlgorithmIdentifier(algorithm),
    encryptedContent: new EncryptedContent({ value: new OctetString(data) }),
  });
  const content = Object.assign(new EncryptedData(), { encryptedContentInfo });
  return new ContentInfo({
    contentType: id_encryptedData,
    content: encode(content, "encrypted data"),
  });
}

function contentsOf(bags: SafeBag[]): Buffer {
  return toBuffer(encode(new SafeContents(bags), "safe contents"));
}

/** Attributes of a key or a certificate. */
interface BagAttributes {
  /** Java's alias. */
  readonly alias?: string;
  /** Identifier that links a key with its certificate. */
  readonly localKeyId?: Uint8Array;
  /**
   * Whether the certificate is a trust anchor. Java does not show a certificate that is neither a trust anchor nor part
   * of a key's chain.
   */
  readonly trusted?: boolean;
}

/** Wraps a certificate in a bag. */
export function certificateBag(certificate: Uint8Array, attributes: BagAttributes): SafeBag {
  const bag = new CertBag({
    certId: id_x509Certificate,
    certValue: encode(new OctetString(certificate), "certificate"),
  });
  return makeBag(id_certBag, bag, attributes);
}

/** Wraps an encrypted PKCS#8 key in a bag. */
export function keyBag({ algorithm, data }: Encrypted, attributes: BagAttributes): SafeBag {
  const bag = new EncryptedPrivateKeyInfo({
    encryptionAlgorithm: algorithm,
    encryptedData: new EncryptedKey(data),
  });
  return makeBag(id_pkcs8ShroudedKeyBag, bag, attributes);
}

function makeBag(bagId: string, content: unknown, attributes: BagAttributes): SafeBag {
  const bag = new SafeBag({ bagId, bagValue: encode(content, "bag") });
  const made = makeAttributes(attributes);
  // An empty optional SET is omitted.
  if (made.length > 0) bag.bagAttributes = made;
  return bag;
}

function makeAttributes({ alias, localKeyId, trusted }: BagAttributes): PKCS12Attribute[] {
  const made: PKCS12Attribute[] = [];
  if (alias !== undefined)
    made.push(makeAttribute(id_pkcs9_at_friendlyName, encode(new FriendlyName(alias), "alias")));
  if (localKeyId !== undefined)
    made.push(makeAttribute(id_pkcs9_at_localKeyId, encode(new LocalKeyId(localKeyId), "key ID")));
  if (trusted === true) {
    const purpose = AsnObjectIdentifierConverter.toASN(anyExtendedKeyUsage);
    made.push(makeAttribute(TRUSTED_KEY_USAGE, purpose.toBER(false)));
  }
  // DER orders the elements of a SET OF by their encodings (X.690 section 11.6).
  const encoded = (attribute: PKCS12Attribute) => toBuffer(encode(attribute, "attribute"));
  return made.sort((one, other) => encoded(one).compare(encoded(other)));
}

function makeAttribute(attrId: string, value: ArrayBuffer): PKCS12Attribute {
  // The constructor of asn1-pfx 2.11.1 ignores its parameters.
  return Object.assign(new PKCS12Attribute(), { attrId, attrValues: [value] });
}
