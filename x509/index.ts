/** X.509 as pure functions: they read certificates, keys and requests, and check them. */
export {
  isSelfIssued,
  isTrustAnchor,
  readCertificate,
  readCertificates,
  withoutRepetition,
  type Certificate,
} from "./certificate";
export { readCertificateRequest, type CertificateRequest } from "./certificate-request";
export { checkChain, type ChainOptions, type Purpose } from "./chain";
export { DerError } from "./der";
export {
  readableValue,
  type DistinguishedName,
  type NameAttribute,
  type StringType,
} from "./distinguished-name";
export { exposedKeyProblem } from "./exposed-key";
export { decodeText } from "./decode-text";
export { fingerprintIn, fingerprintProblem } from "./fingerprint";
export type { Finding, FindingCode } from "./finding";
export type { Grant, Violation, ViolationCode } from "./grant";
export {
  canonicalIpAddress,
  coversHost,
  dnsNameProblem,
  isDnsName,
  isIpAddress,
  type HostNames,
} from "./host";
export { checkIssuedBy } from "./issued-by";
export {
  KEY_ALGORITHMS,
  PRIVATE_KEY_LABELS,
  describeKey,
  isKeyAlgorithm,
  keyMatchesCertificate,
  publicKeyFingerprint,
  readPrivateKey,
  writePrivateKey,
  type KeyAlgorithm,
  type PrivateKeyForm,
} from "./key";
export { pathAbove, type PathAbove } from "./path-above";
export { PemError, readPem, readPemBundle, toPem, type PemBlock } from "./pem";
export {
  Pkcs12Error,
  publishedKeysIn,
  readPkcs12,
  storePasswordProblem,
  writeKeyStore,
  writeTrustStore,
  type CertificateEntry,
  type KeyEntry,
  type KeyStoreContent,
  type Pkcs12Content,
  type TrustStoreContent,
} from "./pkcs12";
export { escapeInvisible, escapeInvisibleJson, hasInvisible, quote, quoteList } from "./printable";
export { findPublicCa, publicCaName, publicCas, similarPublicCas } from "./public-cas";
export { holdsPrivateKey, mayHoldPrivateKey } from "./private-key-trace";
export { publishedKey, publishedKeyProblem, type PublishedKey } from "./published-keys";
export { RequestRefused, admitRequest, checkRequest, type CheckedRequest } from "./request-policy";
