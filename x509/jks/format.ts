/** Sun's JKS format, as `sun.security.provider.JavaKeyStore` of OpenJDK 17 writes and reads it. */

import { createHash } from "node:crypto";

/** First four bytes of a store. */
export const MAGIC = 0xfeedfeed;

/** First four bytes of the related format JCEKS. */
export const MAGIC_OF_JCEKS = 0xcececece;

/** Tag of an entry. */
export const ENTRY = { key: 1, certificate: 2 } as const;

/** The type that version 2 writes before each certificate. */
export const CERTIFICATE_TYPE = "X.509";

/** Length of SHA-1 in bytes, which is also that of the salt. */
export const DIGEST_LENGTH = 20;

/** Whether a file begins as a JKS store does. */
export function isJks(bytes: Uint8Array): boolean {
  return firstWord(bytes) === MAGIC;
}

/** Returns the first four bytes as a number, or undefined if there are fewer. */
export function firstWord(bytes: Uint8Array): number | undefined {
  return bytes.length < 4 ? undefined : Buffer.from(bytes.subarray(0, 4)).readUInt32BE();
}

/** Digest at the end of a store, which lets readers detect a wrong password or a changed store. */
export function digestOf(content: Uint8Array, password: string): Buffer {
  // The words are part of the format (JavaKeyStore.getPreKeyedHash).
  return sha1(passwordBytes(password), Buffer.from("Mighty Aphrodite"), content);
}

/** Password as both digests take it: UTF-16 with the high byte first. */
export function passwordBytes(password: string): Buffer {
  return Buffer.from(password, "utf16le").swap16();
}

/** SHA-1 of the concatenated parts. */
export function sha1(...parts: readonly Uint8Array[]): Buffer {
  return createHash("sha1").update(Buffer.concat(parts)).digest();
}
