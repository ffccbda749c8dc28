import { type KeyObject, X509Certificate, createHash, createPrivateKey } from "node:crypto";

import {
  judgePublicKey,
  privateKeyProblem,
  spkiOfCertificate,
  type PrivateKeyLabel,
} from "./key-der/keys";
import { PemError, readPem } from "./pem";

/** The kinds of key that Countersign issues and signs. */
export const KEY_ALGORITHMS = [
  "RSA-2048",
  "RSA-3072",
  "RSA-4096",
  "ECDSA-P256",
  "ECDSA-P384",
  "Ed25519",
] as const;

/** One of {@link KEY_ALGORITHMS}. */
export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number];

const CURVES: Readonly<Record<string, string>> = {
  prime256v1: "P256",
  secp224r1: "P224",
  secp384r1: "P384",
  secp521r1: "P521",
};

/**
 * Names a key's algorithm and size.
 * @param key a public or private key
 * @returns a {@link KeyAlgorithm}, or a description of any other key, e.g. `RSA-1024`, `RSA-2048 with exponent 3`,
 *   `ECDSA-P521`
 */
export function describeKey(key: KeyObject): string {
  const details = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case "rsa": {
      const size = `RSA-${details.modulusLength ?? 0}`;
      // Small exponents make padding mistakes of verifiers exploitable, and with exponent 1 a signature proves nothing.
      return details.publicExponent === 65537n
        ? size
        : `${size} with exponent ${String(details.publicExponent)}`;
    }
    case "ec":
      return `ECDSA-${CURVES[details.namedCurve ?? ""] ?? details.namedCurve ?? "explicit"}`;
    case "ed25519":
      return "Ed25519";
    default:
      return key.asymmetricKeyType ?? key.type;
  }
}

/** Whether a description by {@link describeKey} is one of {@link KEY_ALGORITHMS}. */
export function isKeyAlgorithm(description: string): description is KeyAlgorithm {
  return (KEY_ALGORITHMS as readonly string[]).includes(description);
}

/** Labels of the PEM blocks that hold an unencrypted private key. */
export const PRIVATE_KEY_LABELS: readonly PrivateKeyLabel[] = [
  "PRIVATE KEY",
  "RSA PRIVATE KEY",
  "EC PRIVATE KEY",
];

/**
 * Reads an unencrypted private key in PEM: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) or SEC1 (RFC 5915).
 * @param pem the text, which holds one such block
 * @param what the name of the key, for messages
 * @throws PemError if it is encrypted, malformed, a public key or anything else; the message never quotes the key
 */
export function readPrivateKey(pem: string, what: string): KeyObject {
  const block = readPem(pem, PRIVATE_KEY_LABELS, what);
  const problem = privateKeyProblem(block.der, block.label as PrivateKeyLabel);
  if (problem !== undefined)
    throw new PemError(`${what}: a ${block.label} block whose content ${problem}.`);
  try {
    return createPrivateKey(block.pem);
  } catch {
    // OpenSSL's message names functions and error numbers, which do not help readers of a configuration error.
    throw new PemError(`${what}: a ${block.label} block whose content is not a key.`);
  }
}

/** A PEM form of private keys; the first two hold one kind of key each. */
export type PrivateKeyForm = "pkcs1" | "sec1" | "pkcs8";

/**
 * Writes a private key in the form that a consumer reads: PKCS#1 (RFC 8017, `RSA PRIVATE KEY`), SEC1 (RFC 5915, `EC
 * PRIVATE KEY`) or PKCS#8 (RFC 5958, `PRIVATE KEY`).
 * @param pem the key, as for {@link readPrivateKey}
 * @param form the form; PKCS#1 holds RSA keys only, SEC1 elliptic-curve keys only
 * @param what the name of the key, for messages
 * @throws PemError if the key cannot be read or does not exist in that form; the message never quotes the key
 */
export function writePrivateKey(pem: string, form: PrivateKeyForm, what: string): string {
  const key = readPrivateKey(pem, what);
  try {
    return key.export({ type: form, format: "pem" }).toString();
  } catch {
    throw new PemError(`${what}: a key of kind ${describeKey(key)} has no form in ${form}.`);
  }
}

/**
 * Fingerprint of a public key. All certificates and requests of one key share it.
 * @param key the key, or its SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) in DER
 * @returns SHA-256, lower-case hex
 */
export function publicKeyFingerprint(key: KeyObject | Uint8Array): string {
  return fingerprintOf(
    key instanceof Uint8Array ? key : key.export({ type: "spki", format: "der" }),
  );
}

/** SHA-256 of bytes, in lower-case hex. */
export function fingerprintOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Whether a certificate was issued for a private key.
 * @param keyPem the private key, as for {@link readPrivateKey}
 * @param certificatePem the certificate: one block
 * @throws PemError if either cannot be read
 */
export function keyMatchesCertificate(keyPem: string, certificatePem: string): boolean {
  const block = readPem(certificatePem, "CERTIFICATE", "the certificate");
  const key = readPrivateKey(keyPem, "the private key");
  try {
    if (judgePublicKey(spkiOfCertificate(block.der)).key === undefined) return false;
    return new X509Certificate(block.der).checkPrivateKey(key);
  } catch {
    throw new PemError("the certificate: a CERTIFICATE block whose content is not a certificate.");
  }
}
