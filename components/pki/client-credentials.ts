import type { Output } from "@pulumi/pulumi";

/** Credentials of a client for mutual TLS, as PEM. */
export interface ClientCredentials {
  readonly certificatePem: Output<string>;
  /** The client's private key; secret. */
  readonly privateKeyPem: Output<string>;
  /** CAs that the client trusts for the server, the signing one first. */
  readonly trustPem: Output<string>;
  /** Name of the component that owns the certificate. */
  readonly presents: string;
  /** Ids of the CA generations in `trustPem`. */
  readonly trusts: readonly string[];
}
