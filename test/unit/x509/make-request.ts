import { sign } from "node:crypto";

import { Attributes, CertificationRequest, CertificationRequestInfo } from "@peculiar/asn1-csr";
import { AsnConvert } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";

import { toPem } from "../../../x509";
import { keys, spkiOf, type Keys } from "./make-keys";
import { makeName, type Attribute } from "./make-names";

/** Properties of a request to create. Those left out are as in a good request. */
export interface RequestOptions {
  readonly subject?: readonly Attribute[] | asn1.Name;
  readonly keys?: Keys;
  /** The public key in DER, if it is not that of `keys`. */
  readonly spki?: Uint8Array;
  /** The signer, if it is not `keys`. */
  readonly signer?: Keys;
  readonly extensions?: readonly asn1.Extension[];
  /** Attributes besides the requested extensions. */
  readonly attributes?: readonly asn1.Attribute[];
  readonly version?: number;
  /** Digest of the signature. */
  readonly digest?: string;
  /** The stated signature algorithm, if it is not the true one. */
  readonly algorithm?: asn1.AlgorithmIdentifier;
  readonly signature?: Uint8Array;
}

/** Object identifier of the attribute that carries requested extensions. */
export const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

const ALGORITHMS: Readonly<Record<string, string>> = {
  "rsa sha1": "1.2.840.113549.1.1.5",
  "rsa sha256": "1.2.840.113549.1.1.11",
  "ec sha1": "1.2.840.10045.4.1",
  "ec sha256": "1.2.840.10045.4.3.2",
  "ec sha384": "1.2.840.10045.4.3.3",
  ed25519: "1.3.101.112",
};

/** Creates a certificate request, good or bad. */
export function makeRequest(options: RequestOptions = {}): string {
  return toPem("CERTIFICATE REQUEST", makeRequestDer(options));
}

/** Creates a certificate request in DER. */
export function makeRequestDer(options: RequestOptions = {}): Buffer {
  const { subject = [["O", "MyOrg1MSP"]], extensions = [], attributes = [] } = options;
  const pair = options.keys ?? keys("p256");
  const info = new CertificationRequestInfo({
    version: options.version ?? 0,
    subject: subject instanceof asn1.Name ? subject : makeName(subject),
    subjectPKInfo: AsnConvert.parse(
      options.spki ?? spkiOf(pair.publicKey),
      asn1.SubjectPublicKeyInfo,
    ),
    attributes: new Attributes([
      ...(extensions.length === 0 ? [] : [askFor(extensions)]),
      ...attributes,
    ]),
  });
  const signer = (options.signer ?? pair).privateKey;
  const digest = signer.asymmetricKeyType === "ed25519" ? null : (options.digest ?? "sha256");
  const bytes = Buffer.from(AsnConvert.serialize(info));
  return encodeRequest(
    info,
    options.algorithm ?? signatureAlgorithm(signer.asymmetricKeyType ?? "", digest),
    options.signature ?? sign(digest, bytes, signer),
  );
}

/** The attribute that asks for extensions. */
export function askFor(extensions: readonly asn1.Extension[]): asn1.Attribute {
  const list = AsnConvert.serialize(new asn1.Extensions([...extensions]));
  return new asn1.Attribute({ type: EXTENSION_REQUEST, values: [list] });
}

function signatureAlgorithm(keyType: string, digest: string | null): asn1.AlgorithmIdentifier {
  const name = digest === null ? keyType : `${keyType} ${digest}`;
  return new asn1.AlgorithmIdentifier({
    algorithm: ALGORITHMS[name] ?? "1.2.3",
    ...(keyType === "rsa" ? { parameters: null } : {}),
  });
}

function encodeRequest(
  info: CertificationRequestInfo,
  signatureAlgorithm: asn1.AlgorithmIdentifier,
  signature: Uint8Array,
): Buffer {
  const request = new CertificationRequest({
    certificationRequestInfo: info,
    signatureAlgorithm,
    signature: Uint8Array.from(signature).buffer,
  });
  return Buffer.from(AsnConvert.serialize(request));
}
