export type { Grant, KeyAlgorithm } from "../../x509";
export {
  authorityOf,
  signingOf,
  type Authority,
  type AuthorityArgs,
  type GenerationState,
  type SigningGeneration,
  type SigningGenerationArgs,
  type TrustedGeneration,
  type TrustedGenerationArgs,
} from "./authority";
export {
  CertificateAuthority,
  type CertificateAuthorityArgs,
  type CreatedGeneration,
  type ExistingGeneration,
  type Subject,
} from "./certificate-authority";
export {
  CERTIFICATE_TYPE,
  Certificate,
  adopt,
  adoptedFacts,
  describe,
  issue,
  issuedFacts,
  stillGood,
  type AdoptedCertificate,
  type CertificateArgs,
  type ClientCredentials,
  type ClientCredentialsArgs,
  type IssueArgs,
  type IssueTerms,
  type IssuedCertificate,
  type LeafCertificate,
  type LeafPolicy,
  type LifePolicy,
  type Role,
} from "./certificate";
export { refusal } from "./checks";
export {
  certificateName,
  credentialsFacts,
  makeCredentials,
  makeKey,
  remembered,
  type Credentials,
  type CredentialsArgs,
} from "./credentials";
export {
  IDENTITY_TYPE,
  Identity,
  requestCertificate,
  type IdentityArgs,
  type KeyAndRequest,
} from "./identity";
