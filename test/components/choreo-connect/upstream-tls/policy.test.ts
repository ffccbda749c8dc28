import assert from "node:assert/strict";
import fc from "fast-check";
import {
  ADAPTER_DEFAULT,
  CIPHERS,
  RECOMMENDED,
  TLS_VERSIONS,
  agree,
  cipherNames,
  type TlsPolicy,
  type TlsVersion,
} from "../../../../components/choreo-connect/upstream-tls";

/** A policy with the named ciphers. */
function speaks(minimum: TlsVersion, maximum: TlsVersion, ...names: string[]): TlsPolicy {
  return { minimum, maximum, ciphers: CIPHERS.filter(({ openssl }) => names.includes(openssl)) };
}

const ECDSA_GCM = "ECDHE-ECDSA-AES128-GCM-SHA256";
const RSA_GCM = "ECDHE-RSA-AES128-GCM-SHA256";

/** Version and OpenSSL's names of ciphers, or why there are none. */
function agreed(...args: Parameters<typeof agree>): string {
  const found = agree(...args);
  if (typeof found === "string") return found;
  return [found.version, ...found.ciphers.map(({ openssl }) => openssl)].join(" ");
}

describe("The router's policy", () => {
  it("has the ciphers that we recommend", () => {
    assert.deepEqual(cipherNames(RECOMMENDED, "openssl"), [
      "ECDHE-ECDSA-AES128-GCM-SHA256",
      "ECDHE-RSA-AES128-GCM-SHA256",
      "ECDHE-ECDSA-AES256-GCM-SHA384",
      "ECDHE-RSA-AES256-GCM-SHA384",
      "ECDHE-ECDSA-CHACHA20-POLY1305",
      "ECDHE-RSA-CHACHA20-POLY1305",
    ]);
    assert.deepEqual(cipherNames(RECOMMENDED, "iana").slice(-1), [
      "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    ]);
    assert.deepEqual(cipherNames(RECOMMENDED, "go"), cipherNames(RECOMMENDED, "iana"));
  });

  it("has all ciphers of the adapter's default", () => {
    assert.equal(
      cipherNames(ADAPTER_DEFAULT, "openssl").join(", "),
      "ECDHE-ECDSA-AES128-GCM-SHA256, ECDHE-RSA-AES128-GCM-SHA256, ECDHE-ECDSA-AES128-SHA, ECDHE-RSA-AES128-SHA, " +
        "AES128-GCM-SHA256, AES128-SHA, ECDHE-ECDSA-AES256-GCM-SHA384, ECDHE-RSA-AES256-GCM-SHA384, " +
        "ECDHE-ECDSA-AES256-SHA, ECDHE-RSA-AES256-SHA, AES256-GCM-SHA384, AES256-SHA",
    );
  });
});

describe("The router and a backend", () => {
  const cases: Readonly<Record<string, readonly [Parameters<typeof agree>, string]>> = {
    "take the highest version, whose ciphers do not matter": [
      [RECOMMENDED, speaks("TLS1_2", "TLS1_3"), "RSA"],
      "TLS1_3",
    ],
    "take ciphers in the router's order": [
      [ADAPTER_DEFAULT, speaks("TLS1_2", "TLS1_3", "AES128-SHA", ECDSA_GCM, RSA_GCM), "RSA"],
      `TLS1_2 ${RSA_GCM} AES128-SHA`,
    ],
    "take ciphers of any key if it is not known": [
      [RECOMMENDED, speaks("TLS1_2", "TLS1_2", ECDSA_GCM, RSA_GCM), undefined],
      `TLS1_2 ${ECDSA_GCM} ${RSA_GCM}`,
    ],
    "have no version in common": [
      [ADAPTER_DEFAULT, speaks("TLS1_3", "TLS1_3"), "RSA"],
      "no version in common: the router speaks TLS1_1 to TLS1_2, the backend TLS1_3",
    ],
    "have no cipher in common": [
      [RECOMMENDED, speaks("TLS1_0", "TLS1_2", "AES128-SHA"), "RSA"],
      `no cipher in common for TLS1_2: the router has ${cipherNames(RECOMMENDED, "openssl").join(", ")}, the backend AES128-SHA`,
    ],
    "have none at all": [
      [speaks("TLS1_2", "TLS1_3"), speaks("TLS1_2", "TLS1_2"), "RSA"],
      "no cipher in common for TLS1_2: the router has none, the backend none",
    ],
    "have only ciphers that are too new for the version": [
      [ADAPTER_DEFAULT, speaks("TLS1_0", "TLS1_1", RSA_GCM), "RSA"],
      `no cipher in common for TLS1_1: ${RSA_GCM} came with TLS1_2`,
    ],
    "have only ciphers of another key": [
      [RECOMMENDED, speaks("TLS1_2", "TLS1_2", RSA_GCM), "ECDSA"],
      "the backend's key is ECDSA and only ECDHE-RSA ciphers are in common",
    ],
    "have only ciphers of another key, of two kinds": [
      [ADAPTER_DEFAULT, speaks("TLS1_2", "TLS1_2", RSA_GCM, "AES128-SHA"), "ECDSA"],
      "the backend's key is ECDSA and only ECDHE-RSA and RSA ciphers are in common",
    ],
  };
  const keys: typeof cases = {
    "of RSA": [[RECOMMENDED, speaks("TLS1_2", "TLS1_2", RSA_GCM), "RSA-3072"], `TLS1_2 ${RSA_GCM}`],
    "of P-256": [
      [RECOMMENDED, speaks("TLS1_2", "TLS1_2", RSA_GCM, ECDSA_GCM), "ECDSA-P256"],
      `TLS1_2 ${ECDSA_GCM}`,
    ],
    "of P-384": [[RECOMMENDED, RECOMMENDED, "ECDSA-P384"], "TLS1_3"],
    "of P-384, without TLS 1.3": [
      [ADAPTER_DEFAULT, RECOMMENDED, "ECDSA-P384"],
      "the backend's key is ECDSA-P384, which the router accepts only with TLS1_3, and the highest version in common is TLS1_2",
    ],
    "of P-521": [
      [RECOMMENDED, RECOMMENDED, "ECDSA-P521"],
      "the backend's key is ECDSA-P521, which the router accepts with no version of TLS",
    ],
    "of Ed25519": [
      [RECOMMENDED, RECOMMENDED, "Ed25519"],
      "the backend's key is Ed25519, which the router accepts with no version of TLS",
    ],
  };
  for (const [name, [args, expected]] of Object.entries(keys))
    it(`agree, or not, with a key ${name}`, () => assert.equal(agreed(...args), expected));

  for (const [name, [args, expected]] of Object.entries(cases))
    it(name, () => assert.equal(agreed(...args), expected));

  it("agree on what both have, in either role", () => {
    const version = fc.constantFrom(...TLS_VERSIONS);
    const policy = fc.record({
      minimum: version,
      maximum: version,
      ciphers: fc.subarray([...CIPHERS]),
    });
    const key = fc.constantFrom("RSA" as const, "ECDSA" as const, undefined);
    fc.assert(
      fc.property(policy, policy, key, (one, other, kind) => {
        const [there, back] = [agree(one, other, kind), agree(other, one, kind)];
        if (typeof there === "string" || typeof back === "string") {
          assert.equal(typeof there, typeof back);
          return;
        }
        assert.equal(there.version, back.version);
        assert.deepEqual(new Set(there.ciphers), new Set(back.ciphers));
        assert.equal(there.ciphers.length === 0, there.version === "TLS1_3");
        for (const cipher of there.ciphers) {
          assert.ok(one.ciphers.includes(cipher) && other.ciphers.includes(cipher));
          assert.ok(kind === undefined || cipher.authentication === kind);
        }
      }),
      { numRuns: 200 },
    );
  });
});
