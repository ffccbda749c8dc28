import { randomBytes } from "node:crypto";

import { AsnConvert } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";

import { toPem } from "../../../x509";
import { keys, spkiOf, type Keys } from "./make-keys";
import { makeExtension, makeKeyUsage, makeName, type Attribute } from "./make-names";
import { algorithmOf, signWith, type Digest } from "./make-signature";

/** Properties of a certificate to create. Those left out are as in a good leaf of the test's CA. */
export interface CertificateOptions {
  readonly subject?: readonly Attribute[] | asn1.Name;
  readonly issuer?: readonly Attribute[] | asn1.Name;
  readonly keys?: Keys;
  readonly signer?: Keys;
  readonly notBefore?: string;
  readonly notAfter?: string;
  /** Lower-case hex; null omits the extension. */
  readonly subjectKeyId?: string | null;
  readonly authorityKeyId?: string | null;
  readonly purposes?: readonly string[];
  /** Null omits the extension. */
  readonly keyUsage?: number | null;
  readonly ca?: { readonly pathLength?: number };
  readonly extensions?: readonly asn1.Extension[];
  /** Content of the INTEGER, in hex. */
  readonly serialNumber?: string;
  /** Version 1 has no extensions. */
  readonly version?: 1 | 3;
  readonly digest?: Digest;
  /** The extensions, made from the other options, that are wrongly critical. */
  readonly critical?: readonly string[];
  /** Omits basic constraints. */
  readonly withoutBasicConstraints?: boolean;
}

/** Creates a leaf, by default for both purposes and signed by the CA that {@link makeCa} creates by default. */
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

/** Creates a CA certificate, by default self-signed and valid until the end of 2030. */
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
  const signer = options.signer ?? keys("p384");
  const algorithm = algorithmOf(signer.privateKey, options.digest ?? "sha256");
  const serial = Buffer.from(options.serialNumber ?? `01${randomBytes(8).toString("hex")}`, "hex");
  const content = new asn1.TBSCertificate({
    version: options.version === 1 ? asn1.Version.v1 : asn1.Version.v3,
    serialNumber: Uint8Array.from(serial).buffer,
    signature: algorithm,
    issuer: toName(options.issuer ?? [["CN", "Test CA"]]),
    subject: toName(options.subject ?? [["CN", "Test CA"]]),
    validity: new asn1.Validity({
      notBefore: new Date(options.notBefore ?? "2025-01-01T00:00:00Z"),
      notAfter: new Date(options.notAfter ?? "2026-01-01T00:00:00Z"),
    }),
    subjectPublicKeyInfo: AsnConvert.parse(
      spkiOf((options.keys ?? keys("p256")).publicKey),
      asn1.SubjectPublicKeyInfo,
    ),
    ...(options.version === 1 ? {} : { extensions: new asn1.Extensions(extensionsOf(options)) }),
  });
  const signature = signWith(
    signer.privateKey,
    options.digest ?? "sha256",
    Buffer.from(AsnConvert.serialize(content)),
  );
  const certificate = new asn1.Certificate({
    tbsCertificate: content,
    signatureAlgorithm: algorithm,
    signatureValue: Uint8Array.from(signature).buffer,
  });
  return toPem("CERTIFICATE", new Uint8Array(AsnConvert.serialize(certificate)));
}

function toName(subject: readonly Attribute[] | asn1.Name): asn1.Name {
  return subject instanceof asn1.Name ? subject : makeName(subject);
}

function extensionsOf(options: CertificateOptions): asn1.Extension[] {
  const { ca, keyUsage, subjectKeyId = "ca", authorityKeyId = "ca", purposes = [] } = options;
  const isCritical = (oid: string) => options.critical?.includes(oid) ?? false;
  const constraints = new asn1.BasicConstraints({
    cA: ca !== undefined,
    ...(ca?.pathLength === undefined ? {} : { pathLenConstraint: ca.pathLength }),
  });
  return [
    ...(options.withoutBasicConstraints
      ? []
      : [makeExtension(asn1.id_ce_basicConstraints, constraints, true)]),
    ...(keyUsage === undefined || keyUsage === null ? [] : [makeKeyUsage(keyUsage)]),
    ...(purposes.length === 0
      ? []
      : [
          makeExtension(
            asn1.id_ce_extKeyUsage,
            new asn1.ExtendedKeyUsage([...purposes]),
            isCritical(asn1.id_ce_extKeyUsage),
          ),
        ]),
    ...(subjectKeyId === null
      ? []
      : [makeSubjectKeyId(subjectKeyId, isCritical(asn1.id_ce_subjectKeyIdentifier))]),
    ...(authorityKeyId === null
      ? []
      : [makeAuthorityKeyId(authorityKeyId, isCritical(asn1.id_ce_authorityKeyIdentifier))]),
    ...(options.extensions ?? []),
  ];
}

function makeSubjectKeyId(hex: string, critical: boolean): asn1.Extension {
  const id = new asn1.SubjectKeyIdentifier(Uint8Array.from(Buffer.from(hex, "hex")).buffer);
  return makeExtension(asn1.id_ce_subjectKeyIdentifier, id, critical);
}

function makeAuthorityKeyId(hex: string, critical: boolean): asn1.Extension {
  const keyIdentifier = new asn1.KeyIdentifier(Uint8Array.from(Buffer.from(hex, "hex")).buffer);
  return makeExtension(
    asn1.id_ce_authorityKeyIdentifier,
    new asn1.AuthorityKeyIdentifier({ keyIdentifier }),
    critical,
  );
}
