export {
  CertificateAuthority,
  type CertificateAuthorityArgs,
  type CreatedGeneration,
  type ExistingGeneration,
  type GenerationState,
  type SigningGeneration,
  type Subject,
  type TrustedGeneration,
} from "./certificate-authority";
export {
  CERTIFICATE_TYPE,
  Certificate,
  adopt,
  adoptedFacts,
  issue,
  issuedFacts,
  type AdoptedCertificate,
  type CertificateArgs,
  type IssueTerms,
  type LeafCertificate,
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
export {
  describe,
  stillGood,
  type ClientCredentials,
  type IssuedCertificate,
  type LeafPolicy,
  type LifePolicy,
} from "./issued-certificate";
