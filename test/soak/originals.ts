import type { Original } from "./mutations";
import { makeCa, makeLeaf } from "../unit/x509/make-certificate";
import { keys } from "../unit/x509/make-keys";
import { makeAlternativeNames, makeExtension, makeKeyUsage } from "../unit/x509/make-names";
import { makeRequestDer } from "../unit/x509/make-request";
import * as asn1 from "@peculiar/asn1-x509";

const KINDS = ["p256", "p384", "p521", "ed25519", "rsa2048"] as const;

/** Returns good requests, certificates and private keys of every kind. */
export function originals(): readonly Original[] {
  return KINDS.flatMap((kind) => [
    { label: "CERTIFICATE REQUEST", der: makeRequestDer({ keys: keys(kind) }) },
    {
      label: "CERTIFICATE REQUEST",
      der: makeRequestDer({ keys: keys(kind), extensions: askedExtensions() }),
    },
    { label: "CERTIFICATE", der: derOf(makeLeaf({ keys: keys(kind) })) },
    { label: "CERTIFICATE", der: derOf(makeCa({ keys: keys(kind) })) },
    {
      label: "PRIVATE KEY",
      der: keys(kind).privateKey.export({ type: "pkcs8", format: "der" }),
    },
    ...otherForms(kind),
  ]);
}

function otherForms(kind: (typeof KINDS)[number]): Original[] {
  if (kind === "ed25519") return [];
  const [label, type] =
    kind === "rsa2048"
      ? (["RSA PRIVATE KEY", "pkcs1"] as const)
      : (["EC PRIVATE KEY", "sec1"] as const);
  return [{ label, der: keys(kind).privateKey.export({ type, format: "der" }) }];
}

function askedExtensions(): asn1.Extension[] {
  return [
    makeAlternativeNames(
      { dNSName: "org-1.example.org" },
      { iPAddress: "10.0.0.1" },
      { uniformResourceIdentifier: "spiffe://example.org/backend" },
    ),
    makeKeyUsage(asn1.KeyUsageFlags.digitalSignature),
    makeExtension(asn1.id_ce_basicConstraints, new asn1.BasicConstraints({ cA: false })),
  ];
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----.*-----|\n/g, ""), "base64");
}
