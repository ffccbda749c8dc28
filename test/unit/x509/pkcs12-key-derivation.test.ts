import assert from "node:assert/strict";

import { derive, type Derived, type Digest } from "../../../x509/pkcs12/key-derivation";

const SHA1: Digest = { name: "sha1", blockSize: 64, length: 20 };
const SHA256: Digest = { name: "sha256", blockSize: 64, length: 32 };
const SHA512: Digest = { name: "sha512", blockSize: 128, length: 64 };

/**
 * Known answers from Stephen Henson's collection, which OpenSSL, GnuTLS and Bouncy Castle use in their tests, and from
 * the tests of RustCrypto's pkcs12 0.1, which were compared with OpenSSL.
 */
const VECTORS: readonly (readonly [Digest, string, string, number, Derived, string])[] = [
  [SHA1, "smeg", "0a58cf64530d823f", 1, "key", "8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3"],
  [SHA1, "smeg", "0a58cf64530d823f", 1, "iv", "79993dfe048d3b76"],
  [SHA1, "smeg", "642b99ab44fb4b1f", 1, "key", "f3a95fec48d7711e985cfe67908c5ab79fa3d7c5caa5d966"],
  [SHA1, "smeg", "3d83c0e4546ac140", 1, "mac", "8d967d88f6caa9d714800ab3d48051d63f73a312"],
  [
    SHA1,
    "queeg",
    "05dec959acff72f7",
    1000,
    "key",
    "ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4",
  ],
  [SHA1, "queeg", "1682c0fc5b3f7ec5", 1000, "iv", "9d461d1b00355c50"],
  [
    SHA256,
    "ge@äheim",
    "0102030405060708",
    100,
    "key",
    "fae4d4957a3cc781e1180b9d4fb79c1e0c8579b746a3177e5b0768a3118bf863",
  ],
  [
    SHA256,
    "ge@äheim",
    "0102030405060708",
    100,
    "mac",
    "136355ed9434516682534f46d63956db5ff06b844702c2c1f3b46321e2524a4d",
  ],
  [
    SHA512,
    "ge@äheim",
    "0102030405060708",
    100,
    "key",
    "b14a9f01bfd9dce4c9d66d2fe9937e5fd9f1afa59e370a6fa4fc81c1cc8ec8ee",
  ],
];

describe("the key derivation of PKCS#12", () => {
  for (const [digest, password, salt, iterations, use, expected] of VECTORS)
    it(`of "${password}" and ${salt} by ${digest.name} gives ${use} ${expected}`, () => {
      const from = { digest, password, salt: Buffer.from(salt, "hex"), iterations };
      assert.equal(derive(from, use, expected.length / 2).toString("hex"), expected);
    });
});
