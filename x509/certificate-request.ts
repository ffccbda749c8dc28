import { CertificationRequest } from "@peculiar/asn1-csr";
import * as asn1 from "@peculiar/asn1-x509";

import { DerError, encode, parseStrictly, toBuffer } from "./der";
import { type DistinguishedName, readName } from "./distinguished-name";
import { type Extensions, readExtensions } from "./extensions";
import { fingerprintOf, publicKeyFingerprint } from "./key";
import { judgePublicKey } from "./key-der/public-key";
import { readPem } from "./pem";
import { describeSignature, verifySignature } from "./signature";

/** A certificate signing request (PKCS#10, RFC 2986) as plain data. Reading a request grants nothing. */
export interface CertificateRequest extends Extensions {
  /** The request in canonical PEM. Hand this to a signer, not the text it was read from. */
  readonly pem: string;
  /** Always 0 in practice. */
  readonly version: string;
  readonly subject: DistinguishedName;
  /** The key's algorithm as `describeKey` names it, e.g. `ECDSA-P256`; `unreadable` if the key is not valid. */
  readonly keyAlgorithm: string;
  /** The reason why the key is not valid, as the end of a sentence about it: `is the point at infinity`. */
  readonly keyProblem?: string;
  /** Modulus of an RSA key, lower-case hex. */
  readonly rsaModulus?: string;
  /** Whether the key is in its usual encoding. With a compressed point, the same key would have another fingerprint. */
  readonly keyIsCanonical: boolean;
  /** SHA-256 of the public key in DER, lower-case hex. */
  readonly publicKeyFingerprint: string;
  /**
   * Name of the signature algorithm, e.g. `ecdsa-with-SHA256`; its object identifier if it is not accepted and has no
   * name here.
   */
  readonly signatureAlgorithm: string;
  /**
   * Proof of possession: whether the request is signed by the key it contains, with an accepted algorithm (SHA-256 or
   * better).
   */
  readonly provesPossession: boolean;
  /** PKCS#10 attributes besides the requested extensions, by object identifier, e.g. a challenge password. */
  readonly otherAttributes: readonly string[];
  /** Number of attributes that ask for extensions. If there are two, readers differ on which one counts. */
  readonly extensionRequests: number;
  /** SHA-256 of the request in DER, lower-case hex. */
  readonly fingerprint: string;
}

/** Object identifier of the attribute that carries requested extensions (RFC 2985 section 5.4.2). */
export const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

/**
 * Reads a certificate request without checking what it asks for.
 * @param pem the text, which holds one CERTIFICATE REQUEST block
 * @param what the name of the request, for messages
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
  const asking = [...attributes].filter(({ type }) => type === EXTENSION_REQUEST);
  const others = [...attributes].filter(({ type }) => type !== EXTENSION_REQUEST);
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
  // The schema returns null for an ASN.1 NULL, and undefined only for an attribute without a value.
  if (!(value instanceof ArrayBuffer)) throw new DerError(`${what}: malformed extension request.`);
  return parseStrictly(value, asn1.Extensions, `${what}, requested extensions`);
}
