/** What the TLS libraries of those who read certificates make of them. */
export { checkAboveFor } from "./check-above";
export { checkAnchorFor, checkLeafFor } from "./check-certificate";
export { checkSignerFor, type Leaf } from "./check-signer";
export { LIBRARIES, type Consumers, type Library } from "./library";
