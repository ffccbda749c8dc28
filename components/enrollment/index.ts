export { Enrollment, type EnrollmentArgs } from "./enrollment";
export { receive, type Enrolled, type Exchange, type Signed } from "./exchange";
export { Signer } from "./signer";
export {
  RegistrationAuthority,
  distrusting,
  publishedAuthorities,
  type EnrollmentPolicy,
} from "./registration-authority";
