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
export { type ClientCredentials } from "./client-credentials";
export { Identity, type IdentityArgs } from "./identity";
export { describe, stillGood, type IssuedCertificate } from "./issued-certificate";
export { type LifePolicy } from "./life-policy";
export { willBeMade } from "./preview";
export { refusal } from "./refusal";
