import {
  X509Certificate,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
} from "node:crypto";
import { CertificationRequest } from "@peculiar/asn1-csr";
import { AsnConvert } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";
import { secret } from "@pulumi/pulumi";
import { publicKeyFingerprint, readCertificate, readCertificateRequest, readPem } from "../../x509";
import { makeCa, makeLeaf } from "../unit/x509/make-certificate";
import type { Keys } from "../unit/x509/make-keys";
import { makeDnsNames, type Attribute } from "../unit/x509/make-names";
import type { FakeType, Properties } from "./fake-types";

const HOUR = 3_600_000;

/**
 * Resources of @pulumi/tls as the components use them: real keys and certificates, created from the same
 * inputs. Like the provider, it signs whatever it is given.
 */
export const FAKE_TLS: Readonly<Record<string, FakeType>> = {
  "tls:index/privateKey:PrivateKey": (inputs) => {
    const { privateKey, publicKey } = makeKeys(inputs);
    const sec1 = privateKey.asymmetricKeyType === "ec" ? "sec1" : "pkcs8";
    return {
      privateKeyPem: secret(privateKey.export({ type: sec1, format: "pem" })),
      privateKeyPemPkcs8: secret(privateKey.export({ type: "pkcs8", format: "pem" })),
      publicKeyPem: publicKey.export({ type: "spki", format: "pem" }),
    };
  },

  "tls:index/selfSignedCert:SelfSignedCert": (inputs) => {
    const keys = keysOf(inputs.privateKeyPem as string);
    const subject = attributesOf(inputs.subject as Properties);
    const subjectKeyId = keyIdOf(keys);
    const life = lifeOf(inputs);
    return certificate(
      // Go gives a self-signed certificate no authority key identifier (crypto/x509, CreateCertificate).
      makeCa({
        ...{ subject, issuer: subject, keys, signer: keys },
        ...{ subjectKeyId, authorityKeyId: null },
        ...life,
      }),
    );
  },

  "tls:index/locallySignedCert:LocallySignedCert": (inputs) => {
    const request = inputs.certRequestPem as string;
    const { subject, dnsNames } = readCertificateRequest(request);
    const ca = readCertificate(inputs.caCertPem as string);
    const uses = inputs.allowedUses as string[];
    return certificate(
      makeLeaf({
        subject: subject.attributes.map(({ name, value }): Attribute => [name, value]),
        issuer: ca.subject.attributes.map(({ name, value }): Attribute => [name, value]),
        keys: { ...keysOf(inputs.caPrivateKeyPem as string), publicKey: publicKeyOf(request) },
        signer: keysOf(inputs.caPrivateKeyPem as string),
        authorityKeyId: ca.subjectKeyId ?? null,
        purposes: [
          ...(uses.includes("server_auth") ? [asn1.id_kp_serverAuth] : []),
          ...(uses.includes("client_auth") ? [asn1.id_kp_clientAuth] : []),
        ],
        extensions: dnsNames.length > 0 ? [makeDnsNames(...dnsNames)] : [],
        ...lifeOf(inputs),
      }),
    );
  },
};

/** An existing CA with its key, as people import one. */
export function makeExistingCa(commonName: string, hours = 10 * 365 * 24) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const keys = { privateKey, publicKey };
  const subject: Attribute[] = [["CN", commonName]];
  const life = lifeOf({ validityPeriodHours: hours });
  const subjectKeyId = keyIdOf(keys);
  return {
    certificate: makeCa({ subject, issuer: subject, keys, signer: keys, subjectKeyId, ...life }),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** RSA keys take long to create, and no test compares them. */
let rsa: Keys | undefined;

function makeKeys({ algorithm, ecdsaCurve }: Properties): Keys {
  switch (algorithm) {
    case "RSA":
      return (rsa ??= generateKeyPairSync("rsa", { modulusLength: 2048 }));
    case "ED25519":
      return generateKeyPairSync("ed25519");
    default:
      return generateKeyPairSync("ec", { namedCurve: ecdsaCurve === "P384" ? "P-384" : "P-256" });
  }
}

function keysOf(privateKeyPem: string): Keys {
  const privateKey = createPrivateKey(privateKeyPem);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function publicKeyOf(requestPem: string) {
  const { der } = readPem(requestPem, "CERTIFICATE REQUEST", "the request");
  const request = AsnConvert.parse(der, CertificationRequest);
  const spki = AsnConvert.serialize(request.certificationRequestInfo.subjectPKInfo);
  return createPublicKey({ key: Buffer.from(spki), type: "spki", format: "der" });
}

function keyIdOf({ publicKey }: Keys): string {
  return publicKeyFingerprint(publicKey).slice(0, 40);
}

function attributesOf({ organization, commonName }: Properties): Attribute[] {
  return [
    ...(typeof organization === "string" ? [["O", organization] as const] : []),
    ...(typeof commonName === "string" ? [["CN", commonName] as const] : []),
  ];
}

function lifeOf({ validityPeriodHours }: Properties) {
  const notBefore = Math.floor(Date.now() / 1000) * 1000;
  const notAfter = notBefore + Number(validityPeriodHours) * HOUR;
  return {
    notBefore: new Date(notBefore).toISOString(),
    notAfter: new Date(notAfter).toISOString(),
  };
}

function certificate(pem: string) {
  return { certPem: pem, validityEndTime: new X509Certificate(pem).validTo };
}
