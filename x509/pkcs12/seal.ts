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
import { encrypt, type Encrypted } from "./encryption";
import type { Salts } from "./key-derivation";
import { makeMac } from "./mac";
import { EncryptedData } from "./schema";

/**
 * Assembles the parts of a store and adds its MAC.
 * @returns the file
 */
export function seal(contents: ContentInfo[], password: string, salts: Salts): Buffer {
  const safe = toBuffer(encode(new AuthenticatedSafe(contents), "authenticated safe"));
  const macData = makeMac(safe, password, salts);
  return toBuffer(encode(new PFX({ version: 3, authSafe: data(safe), macData }), "store"));
}

/** An unencrypted part, for keys: each key is encrypted in its bag. */
export function plain(bags: SafeBag[]): ContentInfo {
  return data(contentsOf(bags));
}

function data(content: Buffer): ContentInfo {
  return new ContentInfo({
    contentType: id_data,
    content: encode(new OctetString(content), "data"),
  });
}

/** A part that is encrypted as a whole, as is usual for certificates. */
export function encrypted(bags: SafeBag[], password: string, salts: Salts): ContentInfo {
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

/** Oracle's attribute that marks a trust anchor for Java. Its values are the purposes that the anchor is trusted for. */
export const TRUSTED_KEY_USAGE = "2.16.840.1.113894.746875.1.1";

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
