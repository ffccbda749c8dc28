import { makeCa, type CertificateOptions } from "./make-certificate";
import { keys } from "./make-keys";

const ROOT = { subject: [["CN", "Root"]], issuer: [["CN", "Root"]] } as const;
const POLICY = { subject: [["CN", "Policy CA"]], issuer: [["CN", "Root"]] } as const;

/** A self-signed root, by default of the key `otherP256`. */
export function makeRoot(options: CertificateOptions = {}): string {
  const own = keys("otherP256");
  return makeCa({ ...ROOT, keys: own, signer: own, ...ids("0a", "0a"), ...options });
}

/** A CA below {@link makeRoot}. */
export function makePolicyCa(options: CertificateOptions = {}): string {
  const how = { keys: keys("p521"), signer: keys("otherP256"), ...ids("0b", "0a") };
  return makeCa({ ...POLICY, ...how, ...options });
}

/** The CA that signs the leaf of `makeLeaf`, below the root or below the CA under it. */
export function makeCaBelow(
  above: "Root" | "Policy CA" = "Root",
  options: CertificateOptions = {},
): string {
  const signer = keys(above === "Root" ? "otherP256" : "p521");
  const authorityKeyId = above === "Root" ? "0a" : "0b";
  return makeCa({ issuer: [["CN", above]], signer, authorityKeyId, ...options });
}

function ids(subjectKeyId: string, authorityKeyId: string) {
  return { subjectKeyId, authorityKeyId };
}
