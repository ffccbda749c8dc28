/** Thrown for a store that cannot be written or read. The message is for people and never quotes a key or a password. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/** Content of a store that was read, as PEM. Aliases are as written in the file; Java shows them in lower case. */
export interface StoreContent {
  readonly keys: readonly KeyEntry[];
  /** Certificates that are trust anchors for Java. In PKCS#12, Oracle's attribute marks them. */
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

/** A key and its certificate, as a Java server or client reads them (`KeyStore.PrivateKeyEntry`). */
export interface KeyStoreContent {
  /** Name of the entry, written in lower case as Java does. */
  readonly alias: string;
  /** Unencrypted PEM in PKCS#8, PKCS#1 or SEC1. */
  readonly privateKeyPem: string;
  /** The key's certificate first, then the intermediate CAs. */
  readonly chainPem: string;
}

/** Trust anchors by alias, as Java reads them (`KeyStore.TrustedCertificateEntry`); their order does not matter. */
export type TrustStoreContent = readonly {
  readonly alias: string;
  readonly certificatePem: string;
}[];
