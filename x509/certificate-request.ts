import { CertificationRequest } from "@peculiar/asn1-csr";
import * as asn1 from "@peculiar/asn1-x509";

import { DerError, encode, parseStrictly, toBuffer } from "./der";
import type { DistinguishedName } from "./distinguished-name";
import { readName } from "./distinguished-name";
import type { Extensions } from "./extensions";
import { readExtensions } from "./extensions";
import { fingerprintOf, publicKeyFingerprint } from "./key";
import { judgePublicKey } from "./key-der/public-key";
import { readPem } from "./pem";
import { describeSignature, verifySignature } from "./signature";

/** A certificate signing request (PKCS#10, RFC 2986) as plain data. Nothing of it is granted by being read. */
export interface CertificateRequest extends Extensions {
  /** The request in canonical PEM: hand this to a signer, not the text that it was read from. */
  readonly pem: string;
  /** 0 in every request there is. */
  readonly version: string;
  readonly subject: DistinguishedName;
  /** As `describeKey` names it, e.g. `ECDSA-P256`; `unreadable` for a key that is none. */
  readonly keyAlgorithm: string;
  /** Why the key is none, as the end of a sentence about it: `is the point at infinity`. */
  readonly keyProblem?: string;
  /** Of an RSA key, hex in lower case. */
  readonly rsaModulus?: string;
  /**
   * Whether the key is encoded as everyone encodes it. A compressed point would give the same key another fingerprint.
   */
  readonly keyIsCanonical: boolean;
  /** SHA-256 of the public key in DER, lower-case hex. */
  readonly publicKeyFingerprint: string;
  /** E.g. `ecdsa-with-SHA256`; the object identifier of one that is not accepted and has no name here. */
  readonly signatureAlgorithm: string;
  /**
   * Proof of possession: whether the request is signed by the key that is in it, with an accepted algorithm
   * (SHA-256 or better).
   */
  readonly provesPossession: boolean;
  /** PKCS#10 attributes besides the requested extensions, by object identifier, e.g. a challenge password. */
  readonly otherAttributes: readonly string[];
  /** How many attributes ask for extensions. Readers differ on which of two counts. */
  readonly extensionRequests: number;
  /** SHA-256 of the request in DER, lower-case hex. */
  readonly fingerprint: string;
}

/** Object identifier of the attribute that carries requested extensions (RFC 2985 section 5.4.2). */
const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

/**
 * Reads a certificate request without judging it.
 * @param pem the text, holding that one block
 * @param what what the request is, for the message
 * @throws PemError if the text holds anything else
 * @throws DerError if the block is not a request in DER
 */
export function readCertificateRequest(
  pem: string,
  what = "the certificate request",
): CertificateRequest {
  const block = readPem(pem, "CERTIFICATE REQUEST", what);
  const request = parseStrictly(block.der, CertificationRequest, what);
  const { version, subject, subjectPKInfo, attributes } = request.certificationRequestInfo;
  const [asking, others] = partition([...attributes], ({ type }) => type === EXTENSION_REQUEST);
  const extensions = asking
    .flatMap(({ values }) => (values.length === 0 ? [undefined] : values))
    .flatMap((value) => readExtensionList(value, what));
  const spki = toBuffer(encode(subjectPKInfo, what));
  const { key, algorithm, isCanonical, problem, rsaModulus } = judgePublicKey(spki);
  return {
    ...readExtensions(extensions, parseStrictly, what),
    pem: block.pem,
    version: String(version),
    subject: readName(subject),
    keyAlgorithm: algorithm,
    ...(problem !== undefined && { keyProblem: problem }),
    ...(rsaModulus !== undefined && { rsaModulus }),
    keyIsCanonical: isCanonical,
    publicKeyFingerprint: publicKeyFingerprint(spki),
    signatureAlgorithm: describeSignature(request.signatureAlgorithm),
    provesPossession:
      key !== undefined &&
      verifySignature(
        encode(request.certificationRequestInfo, what),
        request.signatureAlgorithm,
        key,
        request.signature,
      ),
    otherAttributes: others.map(({ type }) => type),
    extensionRequests: asking.flatMap(({ values }) => values).length,
    fingerprint: fingerprintOf(block.der),
  };
}

function readExtensionList(value: unknown, what: string): asn1.Extension[] {
  // The schema hands out an ASN.1 NULL as null, and only an attribute without a value as undefined.
  if (!(value instanceof ArrayBuffer)) throw new DerError(`${what}: malformed extension request.`);
  return parseStrictly(value, asn1.Extensions, `${what}, requested extensions`);
}

function partition<T>(list: readonly T[], first: (item: T) => boolean): [T[], T[]] {
  return [list.filter(first), list.filter((item) => !first(item))];
}
