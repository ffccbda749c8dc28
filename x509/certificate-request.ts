import { createHash, createPublicKey, sign, type KeyObject } from "node:crypto";
import { p256, p384, p521 } from "@noble/curves/nist";
import { Attributes, CertificationRequest, CertificationRequestInfo } from "@peculiar/asn1-csr";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";
import { DerError, encode, parseStrictly, toBuffer } from "./der";
import { readName, type DistinguishedName } from "./distinguished-name";
import { readExtensions, type Extensions } from "./extensions";
import { canonicalIpAddress } from "./host";
import { describeKey, fingerprintOf, publicKeyFingerprint, readPrivateKey } from "./key";
import { judgePublicKey } from "./key-der/keys";
import { readPem, toPem } from "./pem";
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
const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

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

/** What a certificate request asks for. */
export interface RequestContent {
  /** Organization (O) of the subject. */
  readonly organization: string;
  /** Common name (CN) of the subject. */
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
}

/**
 * Writes a certificate request (PKCS#10, RFC 2986) with the proof that its sender has the key.
 *
 * The same key and content give the same bytes: the signatures of RSA (PKCS#1 v1.5) and Ed25519 are always so, and
 * those of ECDSA are made as RFC 6979 says. A request that changes by itself would replace its certificate.
 *
 * @param privateKeyPem an unencrypted private key.
 * @returns the request as PEM.
 * @throws Error if the key is of another kind.
 */
export function writeCertificateRequest(privateKeyPem: string, content: RequestContent): string {
  const key = readPrivateKey(privateKeyPem, "the key of the request");
  const signer = signerOf(key);
  const info = new CertificationRequestInfo({
    version: 0,
    subject: nameOf(content),
    subjectPKInfo: AsnConvert.parse(
      createPublicKey(key).export({ type: "spki", format: "der" }),
      asn1.SubjectPublicKeyInfo,
    ),
    attributes: attributesOf(content),
  });
  const signature = signer.sign(Buffer.from(AsnConvert.serialize(info)));
  const request = new CertificationRequest({
    certificationRequestInfo: info,
    signatureAlgorithm: signer.algorithm,
    signature: new Uint8Array(signature).buffer,
  });
  return toPem("CERTIFICATE REQUEST", Buffer.from(AsnConvert.serialize(request)));
}

/**
 * Finds a request that says the same as another one: the same key, subject and names, whoever wrote it.
 *
 * @param known requests in PEM, e.g. those that were signed before.
 * @returns the known one; the other one if there is none.
 */
export function sameRequest(pem: string, known: readonly string[]): string {
  if (known.length === 0 || known.includes(pem)) return pem;
  const wanted = contentOf(pem);
  return known.find((each) => contentOf(each) === wanted) ?? pem;
}

const read = new Map<string, string>();

/** Returns all that a request says, in a form that can be compared. */
function contentOf(pem: string): string {
  const known = read.get(pem);
  if (known !== undefined) return known;
  const { subject, dnsNames, ipAddresses, uris, ...request } = readCertificateRequest(pem);
  const content = JSON.stringify([
    request.publicKeyFingerprint,
    subject.text,
    [...dnsNames].sort(),
    [...ipAddresses].sort(),
    [...uris].sort(),
    request.emailAddresses,
    request.otherAttributes,
  ]);
  read.set(pem, content);
  return content;
}

function nameOf({ organization, commonName }: RequestContent): asn1.Name {
  const attributes = [
    ["2.5.4.10", organization],
    ["2.5.4.3", commonName],
  ] as const;
  return new asn1.Name(
    attributes.map(([type, utf8String]) => {
      const value = new asn1.AttributeValue({ utf8String });
      return new asn1.RelativeDistinguishedName([new asn1.AttributeTypeAndValue({ type, value })]);
    }),
  );
}

function attributesOf({ dnsNames, ipAddresses, uris }: RequestContent): Attributes {
  const names = [
    ...dnsNames.map((dNSName) => ({ dNSName })),
    ...ipAddresses.map((text) => ({ iPAddress: canonicalIpAddress(text) ?? text })),
    ...uris.map((uniformResourceIdentifier) => ({ uniformResourceIdentifier })),
  ].map((each) => new asn1.GeneralName(each));
  if (names.length === 0) return new Attributes([]);
  const extension = new asn1.Extension({
    extnID: asn1.id_ce_subjectAltName,
    extnValue: new OctetString(AsnConvert.serialize(new asn1.SubjectAlternativeName(names))),
  });
  const extensions = AsnConvert.serialize(new asn1.Extensions([extension]));
  return new Attributes([new asn1.Attribute({ type: EXTENSION_REQUEST, values: [extensions] })]);
}

interface Signer {
  readonly algorithm: asn1.AlgorithmIdentifier;
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}

/** The curves that have a digest of their size in certificates (RFC 5758), by the name of the key. */
const CURVES = {
  "ECDSA-P256": { curve: p256, digest: "sha256", oid: "1.2.840.10045.4.3.2" },
  "ECDSA-P384": { curve: p384, digest: "sha384", oid: "1.2.840.10045.4.3.3" },
  "ECDSA-P521": { curve: p521, digest: "sha512", oid: "1.2.840.10045.4.3.4" },
} as const;

function signerOf(key: KeyObject): Signer {
  const kind = describeKey(key);
  if (kind in CURVES) {
    const { curve, digest, oid } = CURVES[kind as keyof typeof CURVES];
    const scalar = Buffer.from(key.export({ format: "jwk" }).d ?? "", "base64url");
    return {
      algorithm: new asn1.AlgorithmIdentifier({ algorithm: oid }),
      sign: (bytes) =>
        curve
          .sign(createHash(digest).update(bytes).digest(), scalar, { lowS: false })
          .toBytes("der"),
    };
  }
  switch (key.asymmetricKeyType) {
    case "rsa":
      return {
        algorithm: new asn1.AlgorithmIdentifier({
          algorithm: "1.2.840.113549.1.1.11",
          parameters: null,
        }),
        sign: (bytes) => sign("sha256", bytes, key),
      };
    case "ed25519":
      return {
        algorithm: new asn1.AlgorithmIdentifier({ algorithm: "1.3.101.112" }),
        sign: (bytes) => sign(null, bytes, key),
      };
    default:
      throw new Error(`a key of kind ${kind} cannot sign a certificate request`);
  }
}
