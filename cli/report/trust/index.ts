/** Who presents which certificate to whom, who trusts which CA, and what a plan changes about that. */
export { accessChanges } from "./access-changes";
export { connections } from "./connections";
export { isStepBack, serverChanges, switchesTls } from "./server-changes";
export { trustChanges } from "./trust-changes";
