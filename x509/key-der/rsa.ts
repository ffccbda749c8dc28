import { checkPrimeSync } from "node:crypto";

import { DerError, TAG, elementsOf, readTlv, readUnsigned } from "../der";

/** An RSA public key (RFC 8017 section 3.1). */
interface RsaNumbers {
  readonly modulus: bigint;
  readonly exponent: bigint;
}

/** The largest modulus that OpenSSL computes with, in bits. */
const LONGEST_MODULUS = 16384;
const SHORTEST_MODULUS = 512;
/**
 * Longest exponent in bits. With a long exponent, one signature check takes seconds; OpenSSL has the same limit for
 * large moduli.
 */
const LONGEST_EXPONENT = 64;

/**
 * Reads an RSAPublicKey (RFC 8017 appendix A.1.1).
 * @throws DerError if it is malformed
 */
export function readRsaNumbers(der: Buffer): RsaNumbers {
  const [modulus, exponent, ...more] = elementsOf(readTlv(der, TAG.sequence)).map(readUnsigned);
  if (modulus === undefined || exponent === undefined || more.length > 0)
    throw new DerError("not an RSAPublicKey.");
  return { modulus, exponent };
}

/**
 * Describes why numbers are not a usable RSA key.
 * @returns the end of a sentence about the key; undefined if there is no problem
 */
export function rsaProblem({ modulus, exponent }: RsaNumbers): string | undefined {
  const size = bitsOf(modulus);
  if (size < SHORTEST_MODULUS || size > LONGEST_MODULUS)
    return `has a modulus of ${size} bits; RSA keys have ${SHORTEST_MODULUS} to ${LONGEST_MODULUS}`;
  if (modulus % 2n === 0n) return "has a modulus that is even";
  if (exponent < 3n || exponent % 2n === 0n || bitsOf(exponent) > LONGEST_EXPONENT)
    return `has an exponent that is not an odd number from 3 to ${LONGEST_EXPONENT} bits`;
  return undefined;
}

/** Number of binary digits of a number. */
export function bitsOf(number: bigint): number {
  return number === 0n ? 0 : number.toString(2).length;
}

/** Limit of the prime factors that are searched for. The factors of a proper key have a thousand bits. */
const LARGEST_SMALL_PRIME = 1 << 16;
/** Steps of Fermat's method, which finds primes that differ by less than about 2⁷ · n^(1/4). */
const FERMAT_STEPS = 1000;
/**
 * Number of primes that reveal ROCA keys (Nemec et al., CCS 2017, section 3); the first 39 primes make up their
 * generator's modulus.
 */
const ROCA_PRIMES = 39;
const ROCA_GENERATOR = 65537n;

/**
 * Describes why anyone can factor an RSA modulus, as far as that is cheap to find out: it is a prime or a power, has
 * small factors or two primes close to each other, or has the form of primes from Infineon's library (ROCA,
 * CVE-2017-15361).
 *
 * These are not checked because it takes hours or other people's keys: primes that also occur in another key (a common
 * factor), primes p with a smooth p - 1, and output of a weak random generator (CVE-2008-0166).
 * @param modulus the modulus, odd and positive
 * @returns the end of a sentence about the key, e.g. `has a prime as its modulus`; undefined if no weakness was found
 */
export function rsaWeakness(modulus: bigint): string | undefined {
  const before = known.get(modulus);
  if (before !== undefined) return before === "" ? undefined : before;
  const found = findWeakness(modulus);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(modulus, found ?? "");
  return found;
}

/** The latest results, as one key is checked in many places. */
const known = new Map<bigint, string>();
const MOST_KNOWN = 1000;

function findWeakness(modulus: bigint): string | undefined {
  if (greatestCommonDivisor(modulus, primorial()) !== 1n)
    return "has a modulus with a small factor";
  if (isPower(modulus)) return "has a power as its modulus";
  if (hasRocaFingerprint(modulus)) return "was made by a faulty library (ROCA, CVE-2017-15361)";
  if (hasCloseFactors(modulus))
    return "has a modulus of two primes that are too close to each other";
  if (checkPrimeSync(modulus)) return "has a prime as its modulus";
  return undefined;
}

let smallPrimes: readonly bigint[] | undefined;
let product: bigint | undefined;

function primesBelowLimit(): readonly bigint[] {
  if (smallPrimes !== undefined) return smallPrimes;
  const composite = new Uint8Array(LARGEST_SMALL_PRIME);
  const found: bigint[] = [];
  for (let number = 2; number < LARGEST_SMALL_PRIME; number++) {
    if (composite[number] === 1) continue;
    found.push(BigInt(number));
    for (let multiple = number * number; multiple < LARGEST_SMALL_PRIME; multiple += number)
      composite[multiple] = 1;
  }
  smallPrimes = found;
  return found;
}

/** The product of all small primes: one greatest common divisor is quicker than 6542 divisions. */
function primorial(): bigint {
  product ??= multiply(primesBelowLimit());
  return product;
}

/** Multiplies by halves, since numbers of equal length are multiplied fastest. */
function multiply(numbers: readonly bigint[]): bigint {
  if (numbers.length <= 1) return numbers[0] ?? 1n;
  const half = numbers.length >> 1;
  return multiply(numbers.slice(0, half)) * multiply(numbers.slice(half));
}

function greatestCommonDivisor(one: bigint, other: bigint): bigint {
  let [small, large] = [one, other];
  while (small !== 0n) [small, large] = [large % small, small];
  return large;
}

/**
 * Whether the modulus is a power of the generator modulo each of the primes. For one in 2²⁷ moduli that happens by
 * chance.
 */
function hasRocaFingerprint(modulus: bigint): boolean {
  return primesBelowLimit()
    .slice(1, ROCA_PRIMES)
    .every((prime) => powersOfGenerator(prime).has(modulus % prime));
}

function powersOfGenerator(prime: bigint): Set<bigint> {
  const powers = new Set<bigint>();
  for (let power = 1n; !powers.has(power); power = (power * ROCA_GENERATOR) % prime)
    powers.add(power);
  return powers;
}

/** Whether the modulus is a power. A base without small prime factors has more than 16 bits, which limits the exponent. */
function isPower(modulus: bigint): boolean {
  const most = BigInt(Math.floor(bitsOf(modulus) / 16));
  return primesBelowLimit()
    .filter((exponent) => exponent <= most)
    .some((exponent) => root(modulus, exponent) ** exponent === modulus);
}

/** The integer part of a root, by Newton's method from above. */
function root(number: bigint, exponent: bigint): bigint {
  let guess = 1n << BigInt(Math.ceil(bitsOf(number) / Number(exponent)));
  for (;;) {
    const next = ((exponent - 1n) * guess + number / guess ** (exponent - 1n)) / exponent;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** Fermat's method: n = a² - b² has an a near √n exactly if the factors a + b and a - b are close to each other. */
function hasCloseFactors(modulus: bigint): boolean {
  let a = root(modulus, 2n) + 1n;
  let square = a * a - modulus;
  for (let step = 0; step < FERMAT_STEPS; step++) {
    if (maySquare(square) && root(square, 2n) ** 2n === square) return true;
    square += 2n * a + 1n;
    a += 1n;
  }
  return false;
}

/** Sieves for squares: few numbers are squares modulo all of these, and computing a root takes long. */
const SIEVES = [64, 63, 65, 11, 17, 19, 23, 31].map((modulus) => {
  const squares = new Set(
    Array.from({ length: modulus }, (_, number) => (number * number) % modulus),
  );
  return { modulus, squares };
});
const ALL_SIEVES = BigInt(SIEVES.reduce((all, { modulus }) => all * modulus, 1));

function maySquare(number: bigint): boolean {
  const rest = Number(number % ALL_SIEVES);
  return SIEVES.every(({ modulus, squares }) => squares.has(rest % modulus));
}
