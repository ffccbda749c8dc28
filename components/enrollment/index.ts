export { Enrollment, type EnrollmentArgs } from "./enrollment";
export { receive, type Enrolled, type Exchange, type Signed } from "./exchange";
export { Signer, type SignerArgs } from "./signer";
export {
  RegistrationAuthority,
  distrusting,
  publishedAuthorities,
  type EnrollmentPolicy,
  type RegistrationAuthorityArgs,
} from "./registration-authority";
