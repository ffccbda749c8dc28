import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";
import { readCertificate, readPem, toPem } from "../../../x509";
import { makeCa, makeLeaf } from "../../unit/x509/make-certificate";
import { makeAlternativeNames, type Attribute } from "../../unit/x509/make-names";
import { algorithmOf, signWith } from "../../unit/x509/make-signature";

const DAY = 86_400_000;

/** A CA's certificate and key. */
export interface Ca {
  readonly certificate: string;
  readonly key: KeyObject;
}

/** A certificate with its key, as PEM. */
export interface Party {
  readonly certificate: string;
  readonly key: string;
}

/** Makes a CA with a new key, below another one or self-signed. */
export function newCa(subject: readonly Attribute[], above?: Ca): Ca {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const id = idOf(keys.publicKey);
  const certificate = makeCa({
    subject,
    issuer: above ? nameOf(above.certificate) : subject,
    keys,
    signer: above ? { ...keys, privateKey: above.key } : keys,
    subjectKeyId: id,
    authorityKeyId: above ? (readCertificate(above.certificate).subjectKeyId ?? null) : id,
    notAfter: new Date(Date.now() + 365 * DAY).toISOString(),
  });
  return { certificate, key: keys.privateKey };
}

/** Names in a certificate's SANs. */
export interface Names {
  readonly dnsNames?: readonly string[];
  readonly uris?: readonly string[];
}

/** Issues a certificate with a new key, for both purposes. */
export function newParty(
  ca: Ca,
  subject: readonly Attribute[],
  { dnsNames = [], uris = [] }: Names = {},
): Party {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const names = [
    ...dnsNames.map((dNSName) => ({ dNSName })),
    ...uris.map((uniformResourceIdentifier) => ({ uniformResourceIdentifier })),
  ];
  const certificate = makeLeaf({
    subject,
    issuer: nameOf(ca.certificate),
    keys,
    signer: { ...keys, privateKey: ca.key },
    subjectKeyId: idOf(keys.publicKey),
    authorityKeyId: readCertificate(ca.certificate).subjectKeyId ?? null,
    notAfter: new Date(Date.now() + DAY).toISOString(),
    extensions: names.length === 0 ? [] : [makeAlternativeNames(...names)],
  });
  const key = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { certificate, key };
}

/**
 * Issues a certificate again: for the same key, with the same names and extensions, but signed by this CA.
 *
 * @param earlier by how many days its validity begins and ends earlier.
 */
export function reissued(pem: string, ca: Ca, earlier = 0): string {
  const certificate = parsed(pem);
  const { tbsCertificate: content } = certificate;
  content.issuer = nameOf(ca.certificate);
  content.signature = certificate.signatureAlgorithm = algorithmOf(ca.key, "sha256");
  const issuerId = readCertificate(ca.certificate).subjectKeyId ?? "";
  content.extensions?.forEach((extension) => {
    if (extension.extnID === asn1.id_ce_authorityKeyIdentifier)
      extension.extnValue = new OctetString(
        AsnConvert.serialize(
          new asn1.AuthorityKeyIdentifier({
            keyIdentifier: new asn1.KeyIdentifier(
              Uint8Array.from(Buffer.from(issuerId, "hex")).buffer,
            ),
          }),
        ),
      );
  });
  const { notBefore, notAfter } = content.validity;
  const moved = (time: asn1.Time) => new Date(time.getTime().getTime() - earlier * DAY);
  content.validity = new asn1.Validity({
    notBefore: moved(notBefore),
    notAfter: moved(notAfter),
  });
  const signed = Buffer.from(AsnConvert.serialize(content));
  certificate.signatureValue = Uint8Array.from(signWith(ca.key, "sha256", signed)).buffer;
  return toPem("CERTIFICATE", new Uint8Array(AsnConvert.serialize(certificate)));
}

export function caOf(certificate: string, keyPem: string): Ca {
  return { certificate, key: createPrivateKey(keyPem) };
}

/** Returns the subject of a certificate. */
export function nameOf(pem: string): asn1.Name {
  return parsed(pem).tbsCertificate.subject;
}

function parsed(pem: string): asn1.Certificate {
  const { der } = readPem(pem, "CERTIFICATE", "the certificate");
  return AsnConvert.parse(der, asn1.Certificate);
}

/** Returns an identifier of a key, in hex. */
function idOf(key: KeyObject): string {
  return key.export({ type: "spki", format: "der" }).subarray(-20).toString("hex");
}
