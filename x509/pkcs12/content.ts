/** Content of a store, as PEM. Aliases are as written in the file; Java shows them in lower case. */
export interface Pkcs12Content {
  readonly keys: readonly KeyEntry[];
  /** Certificates with Oracle's attribute, which are trust anchors for Java. */
  readonly trusted: readonly CertificateEntry[];
  /** Certificates that are neither in a key's chain nor marked as trusted. Java ignores them. */
  readonly others: readonly CertificateEntry[];
}

/** A private key and its certificates. */
export interface KeyEntry {
  readonly alias?: string;
  /** The private key in PKCS#8. */
  readonly privateKeyPem: string;
  /**
   * The key's own certificate, then the CAs above it as far as the store has them; empty if the store lacks the key's
   * certificate.
   */
  readonly chainPem: string;
}

/** A certificate. */
export interface CertificateEntry {
  readonly alias?: string;
  readonly certificatePem: string;
}
