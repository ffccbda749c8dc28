import { EncryptedContentInfo } from "@peculiar/asn1-cms";
import { AsnConvert, AsnProp, AsnPropTypes, OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier } from "@peculiar/asn1-x509";

import type { Bytes } from "../der";
import { StoreError } from "../stores/content";

/** The structures of PKCS#12 that the libraries lack, written as the libraries' own schemas. */

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
