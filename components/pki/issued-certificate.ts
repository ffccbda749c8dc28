import type { Input, Output } from "@pulumi/pulumi";
import { readCertificate, type KeyAlgorithm } from "../../x509";

/** A certificate with its expiry and fingerprint; all of it public. */
export interface IssuedCertificate {
  /** The certificate, one PEM block. */
  readonly certificate: string;
  /** Time of expiry, RFC 3339. */
  readonly notAfter: string;
  /** SHA-256 of the certificate in DER, hex. */
  readonly fingerprint: string;
}

export function describe(pem: string): IssuedCertificate {
  const { notAfter, fingerprint } = readCertificate(pem);
  return { certificate: pem, notAfter: notAfter.toISOString(), fingerprint };
}

/**
 * Whether a certificate that was issued elsewhere is still used: until it is due for renewal.
 *
 * @param renewBeforeHours hours before expiry at which it is renewed.
 */
export function stillGood(pem: string, renewBeforeHours: number): boolean {
  const { notAfter } = readCertificate(pem);
  return Date.now() < notAfter.getTime() - renewBeforeHours * 3_600_000;
}

/** Validity and renewal of certificates. */
export interface LifePolicy {
  /** Hours from issuance to expiry. */
  readonly validityHours: number;
  /** Hours before expiry at which an `up` renews the certificate. */
  readonly renewBeforeHours: number;
}

/** Key algorithm, validity and renewal of a leaf certificate. */
export interface LeafPolicy extends LifePolicy {
  readonly algorithm: KeyAlgorithm;
}

/** Credentials of a client for mutual TLS, as PEM, as components take them. */
export interface ClientCredentialsArgs {
  readonly certificatePem: Input<string>;
  /** The client's private key; kept secret. */
  readonly privateKeyPem: Input<string>;
  /** CAs that the client trusts for the server, the signing one first. */
  readonly trustPem: Input<string>;
  /** Name of the certificate. */
  readonly presents: string;
  /** Ids of the CA generations in `trustPem`. */
  readonly trusts: readonly string[];
}

/** Credentials of a client for mutual TLS, as PEM. */
export interface ClientCredentials extends ClientCredentialsArgs {
  readonly certificatePem: Output<string>;
  /** The client's private key; secret. */
  readonly privateKeyPem: Output<string>;
  readonly trustPem: Output<string>;
}
