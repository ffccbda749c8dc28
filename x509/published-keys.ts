import { KeyObject, createPublicKey } from "node:crypto";

import { publicKeyFingerprint } from "./key";
import { rsaWeakness } from "./key-der/rsa";
import published from "./published-keys.json";

/** A key whose private half anyone can download, and the product that ships it. */
interface PublishedKey {
  readonly vendor: string;
  readonly product: string;
  /** The file that holds the private key. */
  readonly file: string;
}

/**
 * Published keys by fingerprint (see `publicKeyFingerprint`). The fingerprint is that of the key, as another
 * certificate of the same key is just as bad. `seen` says where each was seen with its private key, whose modulus or
 * point is the certificate's: repository, file and commit. The list is data, because every key is refused everywhere,
 * whatever product ships it.
 *
 * WSO2's documentation itself says that everybody has wso2carbon.jks (docs.wso2.com, Creating New Keystores). The stores
 * are binary and were not opened for this list: these are the certificates that WSO2 lists as theirs.
 * global-adapter.pem and consul-agent-ca.pem of Choreo Connect are not listed, as their private keys were not found.
 */
const PUBLISHED: ReadonlyMap<string, PublishedKey> = new Map(
  Object.entries(published).map(([fingerprint, { vendor, product, file }]) => [
    fingerprint,
    { vendor, product, file },
  ]),
);

/**
 * Finds the product that ships the private half of a key.
 * @param fingerprint the fingerprint of the public key, by `publicKeyFingerprint`
 * @returns undefined if the key is not known to be published
 */
export function publishedKey(fingerprint: string): PublishedKey | undefined {
  return PUBLISHED.get(fingerprint);
}

/** Describes a published key for people, e.g. `the key that WSO2 ships with Choreo Connect (mg.key)`. */
export function describePublishedKey({ vendor, product, file }: PublishedKey): string {
  return `the key that ${vendor} ships with ${product} (${file})`;
}

/**
 * Describes the problem of a certificate, a request or a key whose private half is published. Reading these stays
 * possible, so that deployed ones can be examined; whoever starts to use one must call this first.
 * @param of the certificate, request or key; a private key is recognized by its public half
 * @returns the end of a sentence about it; undefined if its key is not known to be published
 */
export function publishedKeyProblem(
  of: KeyObject | { readonly publicKeyFingerprint: string },
): string | undefined {
  const isKey = of instanceof KeyObject;
  const found = publishedKey(isKey ? fingerprintOfKey(of) : of.publicKeyFingerprint);
  if (found === undefined) return undefined;
  const name = describePublishedKey(found);
  return isKey ? `is ${name}: everybody has it` : `has ${name}: everybody has its private key`;
}

function fingerprintOfKey(key: KeyObject): string {
  return publicKeyFingerprint(key.type === "private" ? createPublicKey(key) : key);
}

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
