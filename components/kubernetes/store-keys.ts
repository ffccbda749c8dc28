/** Keys of Secrets with PKCS#12 stores, named as in cert-manager and trust-manager. */
export const STORE_KEYS = {
  keyStore: "keystore.p12",
  trustStore: "truststore.p12",
  /** The store's password. */
  password: "password",
  /** The certificates of a trust store as PEM, for programs that do not read PKCS#12. */
  caBundle: "ca.pem",
} as const;
