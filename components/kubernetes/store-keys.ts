/** Keys of Secrets with PKCS#12 stores, as cert-manager and trust-manager name them too. */
export const STORE_KEYS = {
  keyStore: "keystore.p12",
  trustStore: "truststore.p12",
  /** The store's password. */
  password: "password",
  /** The certificates of a trust store as PEM, for those who read no PKCS#12. */
  caBundle: "ca.pem",
} as const;
