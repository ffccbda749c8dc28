import { randomBytes, sign } from "node:crypto";

import { AsnConvert } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";

import { toPem } from "../../../x509";
import { keys, spkiOf, type Keys } from "./make-keys";
import { makeExtension, makeKeyUsage, makeName, type Attribute } from "./make-names";

/** A certificate to be made; whatever is left out is as in a good leaf of the test's CA. */
export interface CertificateOptions {
  readonly subject?: readonly Attribute[];
  readonly issuer?: readonly Attribute[];
  readonly keys?: Keys;
  readonly signer?: Keys;
  readonly notBefore?: string;
  readonly notAfter?: string;
  /** Lower-case hex; null leaves the extension out. */
  readonly subjectKeyId?: string | null;
  readonly authorityKeyId?: string | null;
  readonly purposes?: readonly string[];
  readonly keyUsage?: number;
  readonly ca?: { readonly pathLength?: number };
  readonly extensions?: readonly asn1.Extension[];
}

const ECDSA_SHA256 = new asn1.AlgorithmIdentifier({ algorithm: "1.2.840.10045.4.3.2" });

/** Makes a leaf, by default for both purposes and signed by the CA that {@link makeCa} makes by default. */
export function makeLeaf(options: CertificateOptions = {}): string {
  return makeCertificate({
    subject: [["O", "MyOrg1MSP"]],
    keys: keys("p256"),
    subjectKeyId: "01",
    purposes: [asn1.id_kp_serverAuth, asn1.id_kp_clientAuth],
    keyUsage: asn1.KeyUsageFlags.digitalSignature,
    ...options,
  });
}

/** Makes a CA certificate, by default self-signed and valid until the end of 2030. */
export function makeCa(options: CertificateOptions = {}): string {
  return makeCertificate({
    keys: keys("p384"),
    notAfter: "2030-12-31T00:00:00Z",
    keyUsage: asn1.KeyUsageFlags.keyCertSign | asn1.KeyUsageFlags.cRLSign,
    ca: {},
    ...options,
  });
}

function makeCertificate(options: CertificateOptions): string {
  const { ca, keyUsage, subjectKeyId = "ca", authorityKeyId = "ca", purposes = [] } = options;
  const extensions = [
    makeExtension(
      asn1.id_ce_basicConstraints,
      new asn1.BasicConstraints({
        cA: ca !== undefined,
        ...(ca?.pathLength === undefined ? {} : { pathLenConstraint: ca.pathLength }),
      }),
      true,
    ),
    ...(keyUsage === undefined ? [] : [makeKeyUsage(keyUsage)]),
    ...(purposes.length === 0
      ? []
      : [makeExtension(asn1.id_ce_extKeyUsage, new asn1.ExtendedKeyUsage([...purposes]))]),
    ...(subjectKeyId === null ? [] : [makeSubjectKeyId(subjectKeyId)]),
    ...(authorityKeyId === null ? [] : [makeAuthorityKeyId(authorityKeyId)]),
    ...(options.extensions ?? []),
  ];
  const content = new asn1.TBSCertificate({
    version: asn1.Version.v3,
    serialNumber: Uint8Array.from([1, ...randomBytes(8)]).buffer,
    signature: ECDSA_SHA256,
    issuer: makeName(options.issuer ?? [["CN", "Test CA"]]),
    subject: makeName(options.subject ?? [["CN", "Test CA"]]),
    validity: new asn1.Validity({
      notBefore: new Date(options.notBefore ?? "2025-01-01T00:00:00Z"),
      notAfter: new Date(options.notAfter ?? "2026-01-01T00:00:00Z"),
    }),
    subjectPublicKeyInfo: AsnConvert.parse(
      spkiOf((options.keys ?? keys("p256")).publicKey),
      asn1.SubjectPublicKeyInfo,
    ),
    extensions: new asn1.Extensions(extensions),
  });
  const signer = options.signer ?? keys("p384");
  const signature = sign("sha256", Buffer.from(AsnConvert.serialize(content)), signer.privateKey);
  const certificate = new asn1.Certificate({
    tbsCertificate: content,
    signatureAlgorithm: ECDSA_SHA256,
    signatureValue: Uint8Array.from(signature).buffer,
  });
  return toPem("CERTIFICATE", new Uint8Array(AsnConvert.serialize(certificate)));
}

function makeSubjectKeyId(hex: string): asn1.Extension {
  const id = new asn1.SubjectKeyIdentifier(Uint8Array.from(Buffer.from(hex, "hex")).buffer);
  return makeExtension(asn1.id_ce_subjectKeyIdentifier, id);
}

function makeAuthorityKeyId(hex: string): asn1.Extension {
  const keyIdentifier = new asn1.KeyIdentifier(Uint8Array.from(Buffer.from(hex, "hex")).buffer);
  return makeExtension(
    asn1.id_ce_authorityKeyIdentifier,
    new asn1.AuthorityKeyIdentifier({ keyIdentifier }),
  );
}
