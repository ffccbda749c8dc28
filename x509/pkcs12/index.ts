/** PKCS#12 stores (RFC 7292), from which Java servers and clients read their keys and trust anchors. */
export type { CertificateEntry, KeyEntry, Pkcs12Content } from "./content";
export { writeKeyStore, type KeyStoreContent } from "./key-store";
export { publishedKeysIn } from "./published";
export { storePasswordProblem } from "./password";
export { Pkcs12Error } from "./pkcs12-error";
export { readPkcs12 } from "./read";
export { writeTrustStore, type TrustStoreContent } from "./trust-store";
