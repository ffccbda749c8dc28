import { X509Certificate } from "node:crypto";

import { isTrustAnchor, type Certificate } from "./certificate";
import type { Finding } from "./finding";

/**
 * Checks that one certificate was issued by another, as strictly as the strictest consumer: names must be equal byte
 * for byte (Go), key identifiers present and equal (the Substra orchestrator), and the certificate must not outlive the
 * CA.
 * @param leaf the issued certificate: a leaf, or a CA below another
 * @param ca the issuer
 * @returns the problems; empty if there are none
 */
export function checkIssuedBy(leaf: Certificate, ca: Certificate): Finding[] {
  return [
    ...checkSigned(leaf, ca),
    ...checkMaySign(ca),
    ...checkKeyIds(leaf, ca),
    ...checkLife(leaf, ca),
  ];
}

function checkSigned(leaf: Certificate, ca: Certificate): Finding[] {
  if (leaf.issuer.der !== ca.subject.der)
    return [
      {
        code: "unknown-issuer",
        message: `the certificate's issuer is ${leaf.issuer.text}, not ${ca.subject.text}.`,
      },
    ];
  if (isSignedBy(leaf, ca)) return [];
  return [
    {
      code: "signature",
      message: `the certificate names ${ca.subject.text} as its issuer but is signed by another key: a CA of the same name?`,
    },
  ];
}

/** Results of verified signatures. `verify` and `report` ask about the same pairs many times. */
const signatures = new WeakMap<Certificate, WeakMap<Certificate, boolean>>();

function isSignedBy(leaf: Certificate, ca: Certificate): boolean {
  const known = signatures.get(leaf) ?? new WeakMap<Certificate, boolean>();
  const before = known.get(ca);
  if (before !== undefined) return before;
  const verified = verifies(leaf, ca);
  signatures.set(leaf, known.set(ca, verified));
  return verified;
}

function verifies(leaf: Certificate, ca: Certificate): boolean {
  try {
    return new X509Certificate(leaf.pem).verify(new X509Certificate(ca.pem).publicKey);
  } catch {
    return false;
  }
}

function checkMaySign(ca: Certificate): Finding[] {
  const { keyUsages, subject } = ca;
  if (!isTrustAnchor(ca))
    return [
      { code: "not-a-ca", message: `${subject.text} is not a CA: basic constraints lack CA:TRUE.` },
    ];
  // RFC 5280 section 4.2.1.3: without the extension, every usage is allowed.
  if (keyUsages.length === 0 || keyUsages.includes("keyCertSign")) return [];
  return [
    {
      code: "key-cert-sign",
      message: `CA ${subject.text} may not sign certificates: its key usage is ${keyUsages.join(", ")}.`,
    },
  ];
}

function checkKeyIds(leaf: Certificate, ca: Certificate): Finding[] {
  if (ca.subjectKeyId === undefined)
    return [
      { code: "key-id-missing", message: `CA ${ca.subject.text} has no subject key identifier.` },
    ];
  if (leaf.authorityKeyId === undefined)
    return [
      { code: "key-id-missing", message: "the certificate has no authority key identifier." },
    ];
  if (leaf.authorityKeyId === ca.subjectKeyId) return [];
  return [
    {
      code: "key-id",
      message: `the certificate's authority key identifier ${leaf.authorityKeyId} is not that of CA ${ca.subject.text}, ${ca.subjectKeyId}.`,
    },
  ];
}

function checkLife(leaf: Certificate, ca: Certificate): Finding[] {
  if (leaf.notAfter <= ca.notAfter) return [];
  return [
    {
      code: "outlives-ca",
      message: `the certificate is valid until ${leaf.notAfter.toISOString()}, longer than CA ${ca.subject.text}, which is valid until ${ca.notAfter.toISOString()}.`,
    },
  ];
}
