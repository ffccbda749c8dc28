import { createHash, hkdfSync, pbkdf2Sync } from "node:crypto";

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
