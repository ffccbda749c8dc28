import { Pkcs12Error } from "./pkcs12-error";

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
   * @throws Pkcs12Error if it is not a positive number, or the sum is too large
   */
  take(iterations: number | string): number {
    const count = Number(iterations);
    if (!(count >= 1)) throw new Pkcs12Error("The store is damaged: an iteration count below 1.");
    if (count > this.left)
      throw new Pkcs12Error(
        `The store asks for more than ${MOST_ITERATIONS} iterations in all to derive its keys, which no sane writer does.`,
      );
    this.left -= count;
    return count;
  }
}
