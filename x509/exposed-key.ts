import { KeyObject } from "node:crypto";

import { rsaWeakness } from "./key-der/weak-rsa";
import { publishedKeyProblem } from "./published-keys";

/**
 * Describes why a certificate or a key must not be used because anyone has its private key or can compute it.
 * @param of the certificate or key; a private key is recognized by its public half
 * @returns the end of a sentence about it; undefined if its key is neither known to be published nor found to be weak
 */
export function exposedKeyProblem(
  of:
    KeyObject | { readonly publicKeyFingerprint: string; readonly rsaModulus?: string | undefined },
): string | undefined {
  const isKey = of instanceof KeyObject;
  const modulus = isKey ? modulusOf(of) : of.rsaModulus;
  const weakness = modulus === undefined ? undefined : rsaWeakness(BigInt(`0x${modulus}`));
  const problem = publishedKeyProblem(of);
  if (problem !== undefined || weakness === undefined) return problem;
  return isKey
    ? `is an RSA key that ${weakness}: everybody can compute it`
    : `has an RSA key that ${weakness}: everybody can compute its private key`;
}

function modulusOf(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType !== "rsa") return undefined;
  return Buffer.from(key.export({ format: "jwk" }).n ?? "", "base64url").toString("hex");
}
