import assert from "node:assert/strict";
import { generatePrimeSync, checkPrimeSync } from "node:crypto";
import fc from "fast-check";

import { rsaWeakness } from "../../../x509/key-der/rsa";
import { keys } from "./make-keys";

const prime = (size: number) => generatePrimeSync(size, { bigint: true });
const modulusOf = (name: "rsa2048" | "rsa1024" | "rsa1536") => {
  const { n = "" } = keys(name).publicKey.export({ format: "jwk" });
  return BigInt(`0x${Buffer.from(n, "base64url").toString("hex")}`);
};

/** The next prime after an odd number. */
function primeAfter(number: bigint): bigint {
  let candidate = number + 2n;
  while (!checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}

/** A prime as Infineon's library made it: k · M + 65537^a mod M, where M is the product of the first 39 primes. */
function rocaPrime(power: number): bigint {
  const primes = [2n];
  for (let number = 3n; primes.length < 39; number += 2n)
    if (primes.every((divisor) => number % divisor !== 0n)) primes.push(number);
  const product = primes.reduce((all, each) => all * each);
  const rest = Array.from({ length: power }).reduce<bigint>((all) => (all * 65537n) % product, 1n);
  let candidate = product * (1n << 37n) + rest;
  while (!checkPrimeSync(candidate)) candidate += product;
  return candidate;
}

describe("a weak RSA modulus", () => {
  // Short primes, as the weakness of a modulus does not depend on its length.
  const cases: readonly [string, () => bigint, RegExp][] = [
    ["a prime", () => prime(512), /has a prime as its modulus/],
    ["a square", () => prime(256) ** 2n, /has a power as its modulus/],
    ["a cube", () => prime(200) ** 3n, /has a power as its modulus/],
    ["a power of a prime just above the small ones", () => 65537n ** 31n, /has a power/],
    ["a small factor", () => 65521n * prime(500), /has a modulus with a small factor/],
    ["the smallest factor", () => 3n * prime(500), /has a modulus with a small factor/],
    [
      "two adjacent primes",
      () => {
        const one = prime(512);
        return one * primeAfter(one);
      },
      /two primes that are too close/,
    ],
    [
      "two primes that share their upper half",
      () => {
        const one = prime(512);
        return one * primeAfter(one + (1n << 258n));
      },
      /two primes that are too close/,
    ],
    ["ROCA's form", () => rocaPrime(12345) * rocaPrime(54321), /ROCA, CVE-2017-15361/],
  ];
  for (const [name, make, message] of cases)
    it(`is found: ${name}`, () => assert.match(rsaWeakness(make()) ?? "nothing", message));

  it("is not found in keys as OpenSSL makes them", () => {
    for (const name of ["rsa1024", "rsa1536", "rsa2048"] as const)
      assert.equal(rsaWeakness(modulusOf(name)), undefined);
  });

  it("is not found in the product of two random primes", () => {
    fc.assert(
      fc.property(fc.constant(undefined), () => {
        assert.equal(rsaWeakness(prime(256) * prime(256)), undefined);
      }),
      { numRuns: 20 },
    );
  });
});
