/** X.509 as pure functions: they read certificates, keys and requests, and check them. */
export {
  isSelfIssued,
  isTrustAnchor,
  readCertificate,
  readCertificates,
  withoutRepetition,
  type Certificate,
} from "./certificate";
export {
  readCertificateRequest,
  sameRequest,
  writeCertificateRequest,
  type CertificateRequest,
  type RequestContent,
} from "./certificate-request";
export {
  checkChain,
  checkIssuedBy,
  pathAbove,
  type ChainOptions,
  type Finding,
  type FindingCode,
  type Purpose,
} from "./chain";
export { DerError } from "./der";
export { readableValue } from "./distinguished-name";
export { fingerprintIn, fingerprintProblem } from "./fingerprint";
export type { Grant, Violation, ViolationCode } from "./grant";
export { hashedDirectory, subjectHash } from "./hashed-directory";
export {
  canonicalIpAddress,
  coversHost,
  dnsNameProblem,
  isDnsName,
  isIpAddress,
  type HostNames,
} from "./host";
export { isJks, readJks, writeJksKeyStore, writeJksTrustStore } from "./jks";
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
export { PemError, readPem, readPemBundle, toPem } from "./pem";
export { readPkcs12 } from "./pkcs12/read";
export { writeKeyStore, writeTrustStore } from "./pkcs12/write";
export { holdsPrivateKey, mayHoldPrivateKey } from "./private-key-trace";
export { findPublicCa, publicCaName, publicCas, similarPublicCas } from "./public-cas";
export { exposedKeyProblem, publishedKey, publishedKeyProblem } from "./published-keys";
export { RequestRefused, admitRequest, checkRequest } from "./request-policy";
export { publishedKeysIn, storePasswordProblem } from "./stores/check";
export {
  StoreError,
  type KeyStoreContent,
  type StoreContent,
  type TrustStoreContent,
} from "./stores/content";
export {
  decodeText,
  escapeInvisible,
  escapeInvisibleJson,
  hasInvisible,
  isPrintable,
  quote,
  quoteList,
} from "./text";
