import { PemError, readCertificates, type Certificate } from "../x509";
import { CannotCheck } from "../command/failure";

/**
 * Reads the certificates of all generations of a stack's CA.
 *
 * @throws CannotCheck if the stack's output cannot be read.
 */
export function casOf({ caBundle }: { readonly caBundle: string }): readonly Certificate[] {
  try {
    return readCertificates(caBundle, "caBundle");
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    throw new CannotCheck(`the stack's output caBundle cannot be read: ${error.message}`);
  }
}
