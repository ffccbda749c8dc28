import type { CertificateRequest } from "./certificate-request";
import { neverGranted, notGranted, type Grant, type Violation } from "./grant";
import { isKeyAlgorithm, type KeyAlgorithm } from "./key";
import { rsaWeakness } from "./key-der/rsa";
import { quote } from "./text";
import { describePublishedKey, publishedKey } from "./published-keys";
import { ACCEPTED_SIGNATURES } from "./signature";

const USUAL_KEYS: readonly KeyAlgorithm[] = [
  "RSA-2048",
  "RSA-3072",
  "RSA-4096",
  "ECDSA-P256",
  "ECDSA-P384",
];

/** Checks the key, its encoding and its holder, and that it signed the request. */
export function checkKey(request: CertificateRequest, grant: Grant): Violation[] {
  return [
    ...checkAlgorithm(request, grant),
    ...checkPublished(request),
    ...checkWeakness(request),
    ...checkPin(request, grant),
    ...checkHolder(request, grant),
    ...checkPossession(request),
  ];
}

function checkAlgorithm(request: CertificateRequest, grant: Grant): Violation[] {
  const { keyAlgorithm, keyProblem, keyIsCanonical } = request;
  const allowed: readonly string[] = grant.keyAlgorithms ?? USUAL_KEYS;
  if (keyProblem !== undefined) {
    const asked = `an unreadable key: it ${keyProblem}`;
    return [neverGranted("key-algorithm", asked, allowed.join(", "))];
  }
  if (!allowed.includes(keyAlgorithm)) {
    const asked = `a key of kind ${keyAlgorithm}`;
    return [notGranted(grant, "key-algorithm", asked, allowed.join(", "))];
  }
  if (keyIsCanonical) return [];
  return [
    neverGranted(
      "key-encoding",
      "a key in an unusual encoding",
      "named curves, uncompressed points and DER",
      "The same key in another encoding would not be recognized as the same key.",
    ),
  ];
}

function checkPublished({ publicKeyFingerprint }: CertificateRequest): Violation[] {
  const published = publishedKey(publicKeyFingerprint);
  if (published === undefined) return [];
  return [
    neverGranted(
      "key-published",
      describePublishedKey(published),
      "keys that only their holder has",
      "Everybody has its private key: make a new key, and a new request from it.",
    ),
  ];
}

/**
 * Checks an RSA key for weaknesses. Only a key of an allowed size that signed the request is checked, so that a request
 * cannot cause needless work.
 */
function checkWeakness(request: CertificateRequest): Violation[] {
  const { rsaModulus, keyAlgorithm, provesPossession } = request;
  if (rsaModulus === undefined || !isKeyAlgorithm(keyAlgorithm) || !provesPossession) return [];
  const weakness = rsaWeakness(BigInt(`0x${rsaModulus}`));
  if (weakness === undefined) return [];
  return [
    neverGranted(
      "key-weak",
      `an RSA key that ${weakness}`,
      "keys that nobody can factor",
      "Everybody can compute its private key: make a new key with openssl or Go, and a new request from it.",
    ),
  ];
}

function checkPin({ publicKeyFingerprint }: CertificateRequest, grant: Grant): Violation[] {
  if (grant.publicKey === undefined || grant.publicKey === publicKeyFingerprint) return [];
  const asked = `the key ${publicKeyFingerprint}`;
  return [notGranted(grant, "key-pinned", asked, `only the key ${grant.publicKey}`)];
}

function checkHolder({ publicKeyFingerprint }: CertificateRequest, grant: Grant): Violation[] {
  const holder = new Map(Object.entries(grant.refusedKeys ?? {})).get(publicKeyFingerprint);
  if (holder === undefined) return [];
  return [
    notGranted(
      grant,
      "key-refused",
      `the key ${publicKeyFingerprint.slice(0, 16)}…, which is held by ${quote(holder)}`,
      "a key of its own",
      "Make a new key, and a new request from it.",
    ),
  ];
}

function checkPossession(request: CertificateRequest): Violation[] {
  const { provesPossession, signatureAlgorithm, keyProblem } = request;
  if (provesPossession) return [];
  if (!ACCEPTED_SIGNATURES.includes(signatureAlgorithm))
    return [
      neverGranted(
        "signature-algorithm",
        `a signature by ${signatureAlgorithm}`,
        ACCEPTED_SIGNATURES.join(", "),
      ),
    ];
  // The key could not verify any signature, and its problem is already reported.
  if (keyProblem !== undefined) return [];
  return [
    neverGranted(
      "proof-of-possession",
      "a key that did not sign the request",
      "requests signed by their own key",
      "The request was changed after it was signed, or made for somebody else's key.",
    ),
  ];
}
