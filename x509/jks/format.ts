/** Sun's JKS format, as `sun.security.provider.JavaKeyStore` of OpenJDK 17 writes and reads it. */
import { createHash, timingSafeEqual } from "node:crypto";
import { EncryptedData, EncryptedPrivateKeyInfo } from "@peculiar/asn1-pkcs8";
import { AlgorithmIdentifier } from "@peculiar/asn1-x509";
import { encode, toBuffer } from "../der";
import { unsupported } from "../pkcs12/algorithms";
import { parsePart } from "../pkcs12/schema";
import { otherPassword } from "../stores/read-parts";

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

/** Object identifier of `sun.security.provider.KeyProtector`. */
const KEY_PROTECTOR = "1.3.6.1.4.1.42.2.17.1.1";

/**
 * Encrypts a private key as JKS requires: XOR with a chain of SHA-1 digests of the password and the salt, then a digest
 * of the password and the key. There are no iterations, so a guess of the password costs two digests: only a password
 * that cannot be guessed protects the key.
 * @param keyDer the key in PKCS#8
 * @param salt 20 bytes, which must not repeat for another key with the same password
 * @returns EncryptedPrivateKeyInfo (RFC 5958 section 3) in DER
 */
export function protectKey(keyDer: Uint8Array, password: string, salt: Uint8Array): Buffer {
  const bytes = passwordBytes(password);
  const data = Buffer.concat([salt, masked(keyDer, bytes, salt), sha1(bytes, keyDer)]);
  const info = new EncryptedPrivateKeyInfo({
    encryptionAlgorithm: new AlgorithmIdentifier({ algorithm: KEY_PROTECTOR, parameters: null }),
    encryptedData: new EncryptedData(data),
  });
  return toBuffer(encode(info, "encrypted private key"));
}

/**
 * Decrypts such a key.
 * @returns the key in PKCS#8
 * @throws StoreError if it is malformed, of another algorithm, or has another password
 */
export function recoverKey(encrypted: Uint8Array, password: string): Buffer {
  const info = parsePart(encrypted, EncryptedPrivateKeyInfo, "key entry");
  const { algorithm } = info.encryptionAlgorithm;
  if (algorithm !== KEY_PROTECTOR) unsupported(algorithm);
  const data = toBuffer(info.encryptedData.buffer);
  const end = data.length - DIGEST_LENGTH;
  const bytes = passwordBytes(password);
  const keyDer = masked(data.subarray(DIGEST_LENGTH, end), bytes, data.subarray(0, DIGEST_LENGTH));
  const expected = sha1(bytes, keyDer);
  if (end < DIGEST_LENGTH || !timingSafeEqual(data.subarray(end), expected))
    throw otherPassword("a private key");
  return keyDer;
}

/** XOR with the digests, which both encrypts and decrypts. */
function masked(from: Uint8Array, password: Buffer, salt: Uint8Array): Buffer {
  const result = Buffer.alloc(from.length);
  let digest: Uint8Array = salt;
  for (const [index, byte] of from.entries()) {
    const position = index % DIGEST_LENGTH;
    if (position === 0) digest = sha1(password, digest);
    result[index] = byte ^ (digest[position] ?? 0);
  }
  return result;
}
