import { createHash, hkdfSync, pbkdf2Sync } from "node:crypto";

/** Iterations of every key derivation, as JDK 17 writes them (`keystore.pkcs12.*IterationCount` of java.security). */
export const ITERATIONS = 10_000;

/** Gives the salt or IV for one use; each use has a label of its own. */
export type Salts = (label: string, length: number) => Buffer;

/**
 * Salts and IVs that follow from what is stored, so that the same content makes the same bytes: with random ones, a store
 * that is built again by every `pulumi preview` would be a change in each of them.
 *
 * Why that is as good as random ones:
 * - A salt or IV must not come twice for different content. Everything that goes into the file goes into the hash,
 *   fields and lists with their lengths, so different content has different salts, hence different keys, hence no IV
 *   meets a key twice. Equal content makes an equal file, which shows only that it is equal. That is what we want.
 * - An IV of CBC must not be foreseen by who chooses the plaintext: it depends on that plaintext and on the password,
 *   by PBKDF2 and HKDF, which nobody foresees who lacks the password.
 * - Salts are public, so they must not help to guess what they were made of. The private key is too long to be guessed,
 *   and hashes do not lead back to it. The password may be weak, and what a trust store holds is public: if salts were a
 *   plain hash of both, guesses could be tried against them at the price of one hash, past all iterations. So the
 *   password is stretched first, by PBKDF2 with as many iterations as the MAC, of two hash computations each where the
 *   MAC's has one: a guess costs more here than with the MAC, against which it can be tried anyway.
 * - Salts make tables of precomputed passwords useless. Here a table holds for one content at most, and a CA's
 *   certificates are among the content.
 *
 * HKDF (RFC 5869) then makes one independent value per label.
 * @param purpose which kind of store it is
 * @param content everything in it but the password
 * @param password the store's
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
