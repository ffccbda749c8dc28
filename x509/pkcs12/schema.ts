import { EncryptedContentInfo } from "@peculiar/asn1-cms";
import { AsnConvert, AsnProp, AsnPropTypes, OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier } from "@peculiar/asn1-x509";

import type { Bytes } from "../der";
import { Pkcs12Error } from "./pkcs12-error";

/** The structures of PKCS#12 that the libraries lack, in the libraries' own terms. */

/** RFC 5652 section 8. */
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

/** PBKDF2-params of RFC 8018 appendix A.2; of the two kinds of salt, the one that exists. */
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

/** An OCTET STRING that may also be in pieces, as BER allows and older writers do (Bouncy Castle, Windows). */
export class Octets extends OctetString {
  override fromASN(asn: Parameters<OctetString["fromASN"]>[0]): this {
    this.buffer = asn.getValue();
    return this;
  }
}

/** A store of 1000 certificates has so many; the parser's own limit would end at some hundreds. */
const MOST_NODES = 100_000;

/**
 * Parses a part of a store, in BER or DER.
 * @param what the part's name, for the message
 * @throws Pkcs12Error if it is malformed
 */
export function parsePart<T>(bytes: Bytes | null | undefined, type: new () => T, what: string): T {
  try {
    // What lies within octet strings is parsed when its turn has come; looking for it everywhere takes much longer.
    return AsnConvert.parse(bytes ?? new Uint8Array(), type, {
      berOptions: { maxNodes: MOST_NODES, parseEmbedded: false },
    });
  } catch (cause) {
    throw new Pkcs12Error(`The store is damaged: malformed ${what}.`, { cause });
  }
}
