import { X509Certificate } from "node:crypto";

import * as asn1 from "@peculiar/asn1-x509";

import { parseLeniently, sameBytes } from "./der";
import { type DistinguishedName, readName } from "./distinguished-name";
import { type Extensions, readExtensions } from "./extensions";
import { fingerprintOf, publicKeyFingerprint } from "./key";
import { judgePublicKey, spkiOfCertificate } from "./key-der/keys";
import { type PemBlock, PemError, readPem, readPemBundle } from "./pem";
import { describeSignature } from "./signature";

/** A certificate (RFC 5280) as plain data. */
export interface Certificate extends Extensions {
  /** The certificate alone, in canonical PEM. */
  readonly pem: string;
  /** X.509 version: 3, or 1 for a certificate without extensions. */
  readonly version: number;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /**
   * The serial number in lower-case hex (`openssl x509 -serial` shows it in upper case), with a minus sign if it is
   * negative.
   */
  readonly serialNumber: string;
  /** Name of the signature algorithm, e.g. `ecdsa-with-SHA256`; its object identifier if it has no name here. */
  readonly signatureAlgorithm: string;
  readonly notBefore: Date;
  /** The last second at which the certificate is valid. */
  readonly notAfter: Date;
  /** The key's algorithm as `describeKey` names it, e.g. `ECDSA-P256`. */
  readonly keyAlgorithm: string;
  /** Modulus of an RSA key, lower-case hex. */
  readonly rsaModulus?: string;
  /** SHA-256 of the public key in DER, lower-case hex. All certificates of one key share it. */
  readonly publicKeyFingerprint: string;
  /** SHA-256 of the certificate in DER, lower-case hex. */
  readonly fingerprint: string;
}

/**
 * Reads one certificate.
 * @param pem the text, which holds one CERTIFICATE block
 * @param what the name of the certificate, for messages
 * @throws PemError if the text holds anything else, or the block is not a certificate
 */
export function readCertificate(pem: string, what = "the certificate"): Certificate {
  return readBlock(readPem(pem, "CERTIFICATE", what), what);
}

/**
 * Reads a bundle or a chain of certificates and keeps its order.
 * @param pem the text, which holds one or more certificates and nothing else
 * @param what the name of the bundle, for messages
 * @throws PemError if the text holds anything else
 */
export function readCertificates(pem: string, what = "the bundle"): Certificate[] {
  return readPemBundle(pem, "CERTIFICATE", what).map((block, index) =>
    readBlock(block, `${what}, certificate ${index + 1}`),
  );
}

/**
 * Whether libraries treat a certificate as a CA's: its basic constraints say so, or it is self-issued with X.509
 * version 1, which has no extensions to say so.
 */
export function isTrustAnchor(certificate: Certificate): boolean {
  return certificate.isCa || (certificate.version === 1 && isSelfIssued(certificate));
}

/** Whether a certificate names itself as its issuer, as a root does (RFC 5280 section 3.2, "self-issued"). */
export function isSelfIssued({ subject, issuer }: Certificate): boolean {
  return subject.der === issuer.der;
}

/**
 * Removes repeated certificates from a bundle and keeps the first of each: some readers refuse a bundle that holds a
 * certificate twice.
 */
export function withoutRepetition(bundle: string): string {
  return [...new Set(readCertificates(bundle).map(({ pem }) => pem))].join("");
}

/** The certificates that were read last. Many callers ask about the same certificate. */
const known = new Map<string, Certificate>();
const MOST_KNOWN = 1000;

function readBlock(block: PemBlock, what: string): Certificate {
  const before = known.get(block.pem);
  if (before) return before;
  const read = readNewBlock(block, what);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(block.pem, read);
  return read;
}

function readNewBlock({ der, pem }: PemBlock, what: string): Certificate {
  try {
    const spki = spkiOfCertificate(der);
    const { key = spki, algorithm, problem, rsaModulus } = judgePublicKey(spki);
    if (problem !== undefined)
      throw new PemError(`${what}: a CERTIFICATE block whose public key ${problem}.`);
    const native = new X509Certificate(der);
    // OpenSSL stops reading at the end of the certificate.
    if (!sameBytes(native.raw, der)) throw new Error("data after the certificate");
    const { tbsCertificate: content, signatureAlgorithm } = parseLeniently(
      der,
      asn1.Certificate,
      what,
    );
    return {
      ...readExtensions(Array.from(content.extensions ?? []), parseLeniently, what),
      pem,
      version: content.version + 1,
      signatureAlgorithm: describeSignature(signatureAlgorithm),
      subject: readName(content.subject),
      issuer: readName(content.issuer),
      serialNumber: native.serialNumber.toLowerCase(),
      notBefore: content.validity.notBefore.getTime(),
      notAfter: content.validity.notAfter.getTime(),
      keyAlgorithm: algorithm,
      ...(rsaModulus !== undefined && { rsaModulus }),
      publicKeyFingerprint: publicKeyFingerprint(key),
      fingerprint: fingerprintOf(der),
    };
  } catch (cause) {
    if (cause instanceof PemError) throw cause;
    throw new PemError(`${what}: a CERTIFICATE block whose content is not a certificate.`, {
      cause,
    });
  }
}
