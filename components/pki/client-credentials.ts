import type { Output } from "@pulumi/pulumi";

/** What a client needs for mutual TLS, as PEM. */
export interface ClientCredentials {
  readonly certificatePem: Output<string>;
  /** Secret. */
  readonly privateKeyPem: Output<string>;
  /** The CAs by which it knows the server, the signing one first. */
  readonly trustPem: Output<string>;
  /** Name of the component that has the certificate. */
  readonly presents: string;
  /** Ids of the CA generations in `trustPem`. */
  readonly trusts: readonly string[];
}
