import { hash } from "node:crypto";

/** A hash function as RFC 7292 appendix B.2 needs to know it. */
export interface Digest {
  /** Its name in node:crypto. */
  readonly name: "sha1" | "sha224" | "sha256" | "sha384" | "sha512";
  /** In bytes; the RFC's v. */
  readonly blockSize: 64 | 128;
  /** Of its output, in bytes; the RFC's u. */
  readonly length: number;
}

/** What the derived bytes are for. */
export type Derived = "key" | "iv" | "mac";

/** The numbers that RFC 7292 appendix B.3 gives these. */
const IDS: Readonly<Record<Derived, number>> = { key: 1, iv: 2, mac: 3 };

/** What bytes are derived from. */
export interface Derivation {
  readonly digest: Digest;
  readonly password: string;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/**
 * PKCS#12's own key derivation (RFC 7292 appendix B.2), which node:crypto does not offer. It still makes the MAC key of
 * every store; keys of ciphers come from it in old stores only. 10 000 iterations take some 15 ms.
 * @param from password, salt and effort
 * @param use what the bytes are for
 * @param length how many bytes
 */
export function derive(from: Derivation, use: Derived, length: number): Buffer {
  const { name, blockSize, length: partLength } = from.digest;
  const diversifier = Buffer.alloc(blockSize, IDS[use]);
  const input = Buffer.concat([
    repeated(from.salt, blockSize),
    repeated(bmpString(from.password), blockSize),
  ]);
  const parts: Buffer[] = [];
  for (let have = 0; have < length; have += partLength) {
    let part = hash(name, Buffer.concat([diversifier, input]), "buffer");
    for (let round = 1; round < from.iterations; round++) part = hash(name, part, "buffer");
    parts.push(part);
    const addend = Buffer.alloc(blockSize, part);
    for (let start = 0; start < input.length; start += blockSize)
      addPlusOne(input.subarray(start, start + blockSize), addend);
  }
  return Buffer.concat(parts).subarray(0, length);
}

/** Appendix B.1: a BMPString, which is UTF-16 with the higher byte first, and two zero bytes at its end. */
function bmpString(password: string): Buffer {
  return Buffer.from(`${password}\0`, "utf16le").swap16();
}

/** Copies of the bytes one after the other, the last one cut, up to a multiple of the block size. */
function repeated(bytes: Uint8Array, blockSize: number): Buffer {
  if (bytes.length === 0) return Buffer.alloc(0);
  return Buffer.alloc(Math.ceil(bytes.length / blockSize) * blockSize, bytes);
}

/** Adds a number and 1 to the number in a block, dropping what does not fit. */
function addPlusOne(block: Buffer, addend: Buffer): void {
  let carry = 1;
  for (let index = block.length - 1; index >= 0; index--) {
    const sum = (block[index] ?? 0) + (addend[index] ?? 0) + carry;
    block[index] = sum & 0xff;
    carry = sum >> 8;
  }
}
