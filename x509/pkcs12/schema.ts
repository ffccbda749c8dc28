/** The structures of PKCS#12 that the libraries lack, written as the libraries' own schemas, and its algorithms. */
import { EncryptedContentInfo } from "@peculiar/asn1-cms";
import { AsnConvert, AsnProp, AsnPropTypes, OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier } from "@peculiar/asn1-x509";
import type { Bytes } from "../der";
import { StoreError } from "../stores/content";
import type { Digest } from "./key-derivation";

/** EncryptedData of RFC 5652 section 8. */
export class EncryptedData {
  version = 0;
  encryptedContentInfo = new EncryptedContentInfo();
}
AsnProp({ type: AsnPropTypes.Integer })(EncryptedData.prototype, "version");
AsnProp({ type: EncryptedContentInfo })(EncryptedData.prototype, "encryptedContentInfo");

/** PBES2-params of RFC 8018 appendix A.4. */
export class Pbes2Parameters {
  keyDerivationFunc = new AlgorithmIdentifier();
  encryptionScheme = new AlgorithmIdentifier();
}
AsnProp({ type: AlgorithmIdentifier })(Pbes2Parameters.prototype, "keyDerivationFunc");
AsnProp({ type: AlgorithmIdentifier })(Pbes2Parameters.prototype, "encryptionScheme");

/** PBKDF2-params of RFC 8018 appendix A.2, with the only kind of salt that is in use. */
export class Pbkdf2Parameters {
  salt = new OctetString();
  iterationCount: number | string = 0;
  keyLength?: number;
  prf?: AlgorithmIdentifier;
}
AsnProp({ type: OctetString })(Pbkdf2Parameters.prototype, "salt");
AsnProp({ type: AsnPropTypes.Integer })(Pbkdf2Parameters.prototype, "iterationCount");
AsnProp({ type: AsnPropTypes.Integer, optional: true })(Pbkdf2Parameters.prototype, "keyLength");
AsnProp({ type: AlgorithmIdentifier, optional: true })(Pbkdf2Parameters.prototype, "prf");

/** The pkcs-12PbeParams of RFC 7292 appendix C. */
export class Pkcs12PbeParameters {
  salt = new OctetString();
  iterations: number | string = 0;
}
AsnProp({ type: OctetString })(Pkcs12PbeParameters.prototype, "salt");
AsnProp({ type: AsnPropTypes.Integer })(Pkcs12PbeParameters.prototype, "iterations");

/** An OCTET STRING that may be split into pieces, which BER allows and older writers do (Bouncy Castle, Windows). */
export class Octets extends OctetString {
  override fromASN(asn: Parameters<OctetString["fromASN"]>[0]): this {
    this.buffer = asn.getValue();
    return this;
  }
}

/** Number of nodes in a store of 1000 certificates. The parser's own limit would allow a few hundred certificates. */
const MOST_NODES = 100_000;

/**
 * Parses a part of a store, in BER or DER.
 * @param what the name of the part, for messages
 * @throws StoreError if it is malformed
 */
export function parsePart<T>(bytes: Bytes | null | undefined, type: new () => T, what: string): T {
  try {
    // Octet strings are parsed later, when their content is needed; searching for structures in all of them takes much
    // longer.
    return AsnConvert.parse(bytes ?? new Uint8Array(), type, {
      berOptions: { maxNodes: MOST_NODES, parseEmbedded: false },
    });
  } catch (cause) {
    throw new StoreError(`The store is damaged: malformed ${what}.`, { cause });
  }
}

/** Object identifiers that the code uses. */
export const OID = {
  pbes2: "1.2.840.113549.1.5.13",
  pbkdf2: "1.2.840.113549.1.5.12",
  hmacWithSha1: "1.2.840.113549.2.7",
  hmacWithSha256: "1.2.840.113549.2.9",
  aes256Cbc: "2.16.840.1.101.3.4.1.42",
  sha1: "1.3.14.3.2.26",
  sha256: "2.16.840.1.101.3.4.2.1",
  pbeWithSha1And3Des: "1.2.840.113549.1.12.1.3",
} as const;

/** Oracle's attribute that marks a trust anchor for Java. Its values are the purposes that the anchor is trusted for. */
export const TRUSTED_KEY_USAGE = "2.16.840.1.113894.746875.1.1";

/** Digests of MACs. */
const DIGESTS: Readonly<Partial<Record<string, Digest>>> = {
  [OID.sha1]: { name: "sha1", blockSize: 64, length: 20 },
  "2.16.840.1.101.3.4.2.4": { name: "sha224", blockSize: 64, length: 28 },
  [OID.sha256]: { name: "sha256", blockSize: 64, length: 32 },
  "2.16.840.1.101.3.4.2.2": { name: "sha384", blockSize: 128, length: 48 },
  "2.16.840.1.101.3.4.2.3": { name: "sha512", blockSize: 128, length: 64 },
};

/** Pseudorandom functions of PBKDF2 (RFC 8018 appendix B.1), by object identifier, with the digest they use. */
const PRFS: Readonly<Partial<Record<string, Digest["name"]>>> = {
  [OID.hmacWithSha1]: "sha1",
  "1.2.840.113549.2.8": "sha224",
  [OID.hmacWithSha256]: "sha256",
  "1.2.840.113549.2.10": "sha384",
  "1.2.840.113549.2.11": "sha512",
};

/** A block cipher by its name in node:crypto. */
interface Cipher {
  readonly name: string;
  readonly keyLength: number;
  readonly ivLength: number;
}

/** Ciphers within PBES2. */
const CIPHERS: Readonly<Partial<Record<string, Cipher>>> = {
  "2.16.840.1.101.3.4.1.2": { name: "aes-128-cbc", keyLength: 16, ivLength: 16 },
  "2.16.840.1.101.3.4.1.22": { name: "aes-192-cbc", keyLength: 24, ivLength: 16 },
  [OID.aes256Cbc]: { name: "aes-256-cbc", keyLength: 32, ivLength: 16 },
  "1.2.840.113549.3.7": { name: "des-ede3-cbc", keyLength: 24, ivLength: 8 },
};

/** Names, for messages, of algorithms and content types that other tools write or wrote and that are not read here. */
const NAMES: Readonly<Partial<Record<string, string>>> = {
  "1.2.840.113549.1.5.3": "pbeWithMD5AndDES-CBC",
  "1.2.840.113549.1.5.14": "PBMAC1",
  "1.2.840.113549.1.7.2": "signed data",
  "1.2.840.113549.1.7.3": "enveloped data",
  "1.2.840.113549.1.12.1.1": "pbeWithSHAAnd128BitRC4",
  "1.2.840.113549.1.12.1.2": "pbeWithSHAAnd40BitRC4",
  "1.2.840.113549.1.12.1.4": "pbeWithSHAAnd2-KeyTripleDES-CBC",
  "1.2.840.113549.1.12.1.5": "pbeWithSHAAnd128BitRC2-CBC",
  "1.2.840.113549.1.12.1.6": "pbeWithSHAAnd40BitRC2-CBC",
  "1.2.840.113549.2.5": "MD5",
  "1.3.6.1.4.1.11591.4.11": "scrypt",
};

/** Returns the digest of a MAC. */
export const digestOf = (oid: string) => known(DIGESTS, oid);
/** Returns the digest of a pseudorandom function. */
export const prfOf = (oid: string) => known(PRFS, oid);
/** Returns a cipher of PBES2. */
export const cipherOf = (oid: string) => known(CIPHERS, oid);

function known<T>(all: Readonly<Partial<Record<string, T>>>, oid: string): T {
  return all[oid] ?? unsupported(oid);
}

/**
 * Reports an algorithm or a content type that is not supported.
 * @throws StoreError always
 */
export function unsupported(oid: string): never {
  throw new StoreError(
    `The store uses an unsupported algorithm, ${NAMES[oid] ?? oid}: rewrite it with the keytool of Java 17, ` +
      "`keytool -importkeystore -deststoretype pkcs12`.",
  );
}
