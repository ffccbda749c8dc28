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
export { Certificate, type CertificateArgs, type Role } from "./certificate";
export { Identity, type IdentityArgs } from "./identity";
export { type IssuedCertificate } from "./issued-certificate";
export { refusal } from "./refusal";
