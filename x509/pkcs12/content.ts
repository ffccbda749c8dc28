/** What is in a store, as PEM. Aliases are as they are written; Java shows them in lower case. */
export interface Pkcs12Content {
  readonly keys: readonly KeyEntry[];
  /** What Java takes for trust anchors: certificates with Oracle's attribute. */
  readonly trusted: readonly CertificateEntry[];
  /** Certificates that are neither in a key's chain nor marked as trusted. Java ignores them. */
  readonly others: readonly CertificateEntry[];
}

/** A private key and its certificates. */
export interface KeyEntry {
  readonly alias?: string;
  /** PKCS#8. */
  readonly privateKeyPem: string;
  /** The key's own certificate, then the CAs above it as far as the store has them; empty if it has not even the first. */
  readonly chainPem: string;
}

/** A certificate. */
export interface CertificateEntry {
  readonly alias?: string;
  readonly certificatePem: string;
}
