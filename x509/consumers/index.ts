/** Checks of certificates by the rules of the TLS libraries that read them. */
export { checkAboveFor, checkSignerFor, type Leaf } from "./check-signer";
export { checkAnchorFor, checkLeafFor } from "./check-certificate";
export type { Consumers } from "./rules";
