import { createHash, createPublicKey, sign, type KeyObject } from "node:crypto";
import { p256, p384, p521 } from "@noble/curves/nist";
import { Attributes, CertificationRequest, CertificationRequestInfo } from "@peculiar/asn1-csr";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";
import { EXTENSION_REQUEST, readCertificateRequest } from "./certificate-request";
import { canonicalIpAddress } from "./host";
import { describeKey, readPrivateKey } from "./key";
import { toPem } from "./pem";

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
