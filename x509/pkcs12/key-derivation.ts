import { createHash, hash, hkdfSync, pbkdf2Sync } from "node:crypto";

import { StoreError } from "../stores/content";

/** A hash function, with the parameters that RFC 7292 appendix B.2 needs. */
export interface Digest {
  /** Its name in node:crypto. */
  readonly name: "sha1" | "sha224" | "sha256" | "sha384" | "sha512";
  /** Block size in bytes; the RFC's v. */
  readonly blockSize: 64 | 128;
  /** Length of its output in bytes; the RFC's u. */
  readonly length: number;
}

/** The use of the derived bytes. */
export type Derived = "key" | "iv" | "mac";

/** The identifiers of these uses in RFC 7292 appendix B.3. */
const IDS: Readonly<Record<Derived, number>> = { key: 1, iv: 2, mac: 3 };

/** Input from which bytes are derived. */
export interface Derivation {
  readonly digest: Digest;
  readonly password: string;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/**
 * PKCS#12's own key derivation (RFC 7292 appendix B.2), which node:crypto does not offer. The MAC key of every store
 * still comes from it; cipher keys do only in old stores. 10 000 iterations take about 15 ms.
 * @param from password, salt and iterations
 * @param use the use of the bytes
 * @param length the number of bytes
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

/** Appendix B.1: a BMPString, which is UTF-16 with the high byte first, followed by two zero bytes. */
function bmpString(password: string): Buffer {
  return Buffer.from(`${password}\0`, "utf16le").swap16();
}

/** Repeats the bytes up to a multiple of the block size, cutting the last copy. */
function repeated(bytes: Uint8Array, blockSize: number): Buffer {
  if (bytes.length === 0) return Buffer.alloc(0);
  return Buffer.alloc(Math.ceil(bytes.length / blockSize) * blockSize, bytes);
}

/** Adds a number and 1 to the number in a block, and drops the overflow. */
function addPlusOne(block: Buffer, addend: Buffer): void {
  let carry = 1;
  for (let index = block.length - 1; index >= 0; index--) {
    const sum = (block[index] ?? 0) + (addend[index] ?? 0) + carry;
    block[index] = sum & 0xff;
    carry = sum >> 8;
  }
}

/** Iterations of every key derivation, as in JDK 17 (`keystore.pkcs12.*IterationCount` of java.security). */
export const ITERATIONS = 10_000;

/** Returns the salt or IV for one use. Each use has its own label. */
export type Salts = (label: string, length: number) => Buffer;

/**
 * Derives salts and IVs from the content, so that the same content gives the same bytes. With random ones, every
 * `pulumi preview` would show a change of each store, since it builds them again.
 *
 * Derived values are as good as random ones:
 * - A salt or IV must not repeat for different content. Everything that goes into the file goes into the hash, fields
 *   and lists with their lengths, so different content has different salts and hence different keys, and no IV meets a
 *   key twice. Equal content gives an equal file, which only reveals that it is equal. That is the intention.
 * - The IV of CBC must be unpredictable for whoever chooses the plaintext. It depends on that plaintext and on the
 *   password, through PBKDF2 and HKDF, which nobody can predict without the password.
 * - Salts are public, so they must not help to guess their inputs. The private key is too long to guess, and hashes
 *   cannot be reversed. The password may be weak, and the content of a trust store is public: if salts were a plain
 *   hash of both, guesses could be tested at the price of one hash instead of all iterations. So the password is
 *   stretched first, by PBKDF2 with as many iterations as the MAC, of two hash computations each where the MAC's has
 *   one. A guess therefore costs more here than against the MAC, where it can be tested anyway.
 * - Salts make tables of precomputed passwords useless. Here a table works for one content at most, and the content
 *   includes a CA's certificates.
 *
 * HKDF (RFC 5869) then derives one independent value per label.
 * @param purpose the kind of store
 * @param content everything in the store except the password
 * @param password the password of the store
 */
export function saltsFor(
  purpose: string,
  content: readonly (string | Uint8Array)[],
  password: string,
): Salts {
  const digest = createHash("sha256");
  for (const field of ["Countersign PKCS#12 1", purpose, ...content]) {
    const bytes = Buffer.from(field);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    digest.update(length).update(bytes);
  }
  const seed = pbkdf2Sync(password, digest.digest(), ITERATIONS, 32, "sha256");
  return (label, length) => Buffer.from(hkdfSync("sha256", seed, "", label, length));
}

/**
 * Most iterations for a store, which take some seconds. Today's tools write at most a million (OWASP recommends 600 000
 * for PBKDF2).
 */
const MOST_ITERATIONS = 10_000_000;

/**
 * Limit of the work for reading one store. The file itself says how often its keys are hashed, before anything shows
 * whether it is genuine, and may say so for each of many keys. So the limit applies to the sum.
 */
export class WorkLimit {
  private left = MOST_ITERATIONS;

  /**
   * Counts a key derivation before it is done.
   * @param iterations as the ASN.1 parser returns an INTEGER; large ones are text
   * @returns the same as a number
   * @throws StoreError if it is not a positive number, or the sum is too large
   */
  take(iterations: number | string): number {
    const count = Number(iterations);
    if (!(count >= 1)) throw new StoreError("The store is damaged: an iteration count below 1.");
    if (count > this.left)
      throw new StoreError(
        `The store asks for more than ${MOST_ITERATIONS} iterations in all to derive its keys, which no sane writer does.`,
      );
    this.left -= count;
    return count;
  }
}
