import { type KeyObject, generateKeyPairSync } from "node:crypto";

/** A key pair of a test. */
export interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Every kind of key that the tests use. RSA keys take long to create, so each key is created once, on first use. */
const MAKERS = {
  p256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  otherP256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  p384: () => generateKeyPairSync("ec", { namedCurve: "P-384" }),
  p224: () => generateKeyPairSync("ec", { namedCurve: "secp224r1" }),
  p521: () => generateKeyPairSync("ec", { namedCurve: "P-521" }),
  secp256k1: () => generateKeyPairSync("ec", { namedCurve: "secp256k1" }),
  explicitP256: () => generateKeyPairSync("ec", { namedCurve: "P-256", paramEncoding: "explicit" }),
  ed25519: () => generateKeyPairSync("ed25519"),
  x25519: () => generateKeyPairSync("x25519"),
  rsa1024: () => generateKeyPairSync("rsa", { modulusLength: 1024 }),
  rsa1536: () => generateKeyPairSync("rsa", { modulusLength: 1536 }),
  rsa2048: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  rsaExponent3: () => generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 3 }),
  rsaPss: () => generateKeyPairSync("rsa-pss", { modulusLength: 1024 }),
};

const made = new Map<string, Keys>();

/** Returns the test's key pair of that name, always the same one within a run. */
export function keys(name: keyof typeof MAKERS): Keys {
  const pair = made.get(name) ?? MAKERS[name]();
  made.set(name, pair);
  return pair;
}

/** A public key as SubjectPublicKeyInfo. */
export function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}
