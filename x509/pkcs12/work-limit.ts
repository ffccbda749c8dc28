import { Pkcs12Error } from "./pkcs12-error";

/** Some seconds of work; the most that today's tools write is a million (OWASP's advice for PBKDF2 is 600 000). */
const MOST_ITERATIONS = 10_000_000;

/**
 * What reading one store may cost. A file says itself how often its keys are hashed, before anything shows whether it
 * is genuine, and may say so for each of many keys: what counts is the sum.
 */
export class WorkLimit {
  private left = MOST_ITERATIONS;

  /**
   * Takes note of a key derivation that is about to be done.
   * @param iterations as the ASN.1 parser gives an INTEGER: large ones are text
   * @returns the same as a number
   * @throws Pkcs12Error if it is no positive number or too much
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
