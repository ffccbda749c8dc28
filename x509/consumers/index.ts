/** Checks of certificates by the rules of the TLS libraries that read them. */
export { checkAboveFor } from "./check-above";
export { checkAnchorFor, checkLeafFor } from "./check-certificate";
export { checkSignerFor, type Leaf } from "./check-signer";
export { LIBRARIES, type Consumers, type Library } from "./library";
