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
  AdoptedCertificate,
  Certificate,
  keepOrIssue,
  type CertificateArgs,
  type LeafCertificate,
  type Role,
} from "./certificate";
export { refusal, willBeMade } from "./checks";
export { Identity, type IdentityArgs } from "./identity";
export {
  describe,
  stillGood,
  type ClientCredentials,
  type IssuedCertificate,
  type LifePolicy,
} from "./issued-certificate";
