import type { CustomResourceOptions } from "@pulumi/pulumi";
import { PrivateKey } from "@pulumi/tls/privateKey";
import type { KeyAlgorithm } from "../../x509";

/** Inputs of @pulumi/tls for each algorithm. */
const SPECIFICATIONS = {
  "RSA-2048": { algorithm: "RSA", rsaBits: 2048 },
  "RSA-3072": { algorithm: "RSA", rsaBits: 3072 },
  "RSA-4096": { algorithm: "RSA", rsaBits: 4096 },
  "ECDSA-P256": { algorithm: "ECDSA", ecdsaCurve: "P256" },
  "ECDSA-P384": { algorithm: "ECDSA", ecdsaCurve: "P384" },
  Ed25519: { algorithm: "ED25519" },
} as const satisfies Record<KeyAlgorithm, object>;

/** Inputs of a PrivateKey. A change of one of them creates a new key. */
export const KEY_SPECIFICATION = ["algorithm", "ecdsaCurve", "rsaBits"];

/** A key pair in this stack's state; its private forms are secrets. */
export function privateKey(
  name: string,
  algorithm: KeyAlgorithm,
  options: CustomResourceOptions,
): PrivateKey {
  return new PrivateKey(name, SPECIFICATIONS[algorithm], options);
}
