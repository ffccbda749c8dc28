import assert from "node:assert/strict";
import { type KeyObject } from "node:crypto";

import {
  KEY_ALGORITHMS,
  describeKey,
  isKeyAlgorithm,
  keyMatchesCertificate,
  publicKeyFingerprint,
  readPrivateKey,
  writePrivateKey,
} from "../../../x509";
import { makeCa, makeLeaf } from "./make-certificate";
import { keys, spkiOf } from "./make-keys";

function pem(key: KeyObject, type: "pkcs1" | "pkcs8" | "sec1"): string {
  return key.export({ type, format: "pem" }).toString();
}

describe("describeKey", () => {
  const expected = {
    p256: "ECDSA-P256",
    p384: "ECDSA-P384",
    p224: "ECDSA-P224",
    p521: "ECDSA-P521",
    secp256k1: "ECDSA-secp256k1",
    ed25519: "Ed25519",
    x25519: "x25519",
    rsa1024: "RSA-1024",
    rsa2048: "RSA-2048",
    rsaExponent3: "RSA-2048 with exponent 3",
    rsaPss: "rsa-pss",
  } as const;
  for (const [name, description] of Object.entries(expected))
    it(`names ${name} ${description}`, () => {
      const { publicKey, privateKey } = keys(name as keyof typeof expected);
      assert.equal(describeKey(publicKey), description);
      assert.equal(describeKey(privateKey), description);
    });

  it("names the kinds in KEY_ALGORITHMS as they are there", () => {
    const known = Object.values(expected).filter(isKeyAlgorithm);
    assert.deepEqual(known, ["ECDSA-P256", "ECDSA-P384", "Ed25519", "RSA-2048"]);
    assert.equal(KEY_ALGORITHMS.length, 6);
  });
});

describe("readPrivateKey", () => {
  it("reads PKCS#8, PKCS#1 and SEC1", () => {
    const { privateKey: rsa } = keys("rsa2048");
    const { privateKey: ec } = keys("p256");
    for (const text of [pem(rsa, "pkcs8"), pem(rsa, "pkcs1")])
      assert.ok(readPrivateKey(text, "key").equals(rsa));
    for (const text of [pem(ec, "pkcs8"), pem(ec, "sec1")])
      assert.ok(readPrivateKey(text, "key").equals(ec));
  });

  it("says how to decrypt an encrypted key, in both forms", () => {
    const { privateKey } = keys("rsa2048");
    for (const type of ["pkcs8", "pkcs1"] as const) {
      const text = privateKey.export({
        type,
        format: "pem",
        cipher: "aes-256-cbc",
        passphrase: "x",
      });
      assert.throws(() => readPrivateKey(text.toString(), "authority.key"), {
        name: "PemError",
        message: /^authority\.key: .*passphrase-encrypted key: decrypt it first with `openssl pkey/,
      });
    }
  });

  it("says how to write only the key if OpenSSL wrote its parameters too", () => {
    const parameters =
      "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    assert.throws(() => readPrivateKey(parameters + pem(keys("p256").privateKey, "sec1"), "key"), {
      message:
        "key: 2 blocks (EC PARAMETERS, EC PRIVATE KEY) instead of a PRIVATE KEY. " +
        "Write the key alone: `openssl pkey -in old.pem -out key.pem`.",
    });
  });

  it("refuses a public key, and content that is not a key, without quoting it", () => {
    const publicKey = keys("p256").publicKey.export({ type: "spki", format: "pem" }).toString();
    assert.throws(() => readPrivateKey(publicKey, "key"), {
      message: "key: a PUBLIC KEY block instead of a PRIVATE KEY.",
    });
    const damaged = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
    assert.throws(() => readPrivateKey(damaged, "key"), {
      message: "key: a PRIVATE KEY block whose content is not a key.",
    });
  });
});

describe("writePrivateKey", () => {
  it("writes a key in each of its forms, whatever form it had", () => {
    const forms = {
      rsa2048: { pkcs1: "RSA PRIVATE KEY", pkcs8: "PRIVATE KEY" },
      p256: { sec1: "EC PRIVATE KEY", pkcs8: "PRIVATE KEY" },
      ed25519: { pkcs8: "PRIVATE KEY" },
    } as const;
    for (const [name, labels] of Object.entries(forms)) {
      const { privateKey } = keys(name as keyof typeof forms);
      const texts = Object.keys(labels).map((form) => pem(privateKey, form as "pkcs8"));
      for (const [form, label] of Object.entries(labels))
        for (const text of texts) {
          const written = writePrivateKey(text, form as "pkcs8", "key");
          assert.equal(written, pem(privateKey, form as "pkcs8"));
          assert.ok(written.startsWith(`-----BEGIN ${label}-----\n`));
        }
    }
  });

  it("refuses a form that the key does not have, and text that is not a key", () => {
    const refused = [
      ["p256", "pkcs1", "the key of dinghy: a key of kind ECDSA-P256 has no form in pkcs1."],
      ["ed25519", "pkcs1", "the key of dinghy: a key of kind Ed25519 has no form in pkcs1."],
      ["rsa2048", "sec1", "the key of dinghy: a key of kind RSA-2048 has no form in sec1."],
    ] as const;
    for (const [name, form, message] of refused) {
      const text = pem(keys(name).privateKey, "pkcs8");
      assert.throws(() => writePrivateKey(text, form, "the key of dinghy"), {
        name: "PemError",
        message,
      });
    }
    assert.throws(() => writePrivateKey(makeLeaf(), "pkcs8", "key"), {
      name: "PemError",
      message: "key: a CERTIFICATE block instead of a PRIVATE KEY.",
    });
  });
});

describe("publicKeyFingerprint", () => {
  it("is the same for a private key's public half, the public key and its DER", () => {
    const { publicKey } = keys("p256");
    assert.match(publicKeyFingerprint(publicKey), /^[0-9a-f]{64}$/);
    assert.equal(publicKeyFingerprint(publicKey), publicKeyFingerprint(spkiOf(publicKey)));
  });
});

describe("keyMatchesCertificate", () => {
  it("distinguishes the key of a certificate from another", () => {
    const leaf = makeLeaf({ keys: keys("p256") });
    assert.equal(keyMatchesCertificate(pem(keys("p256").privateKey, "sec1"), leaf), true);
    assert.equal(keyMatchesCertificate(pem(keys("otherP256").privateKey, "pkcs8"), leaf), false);
    assert.equal(keyMatchesCertificate(pem(keys("rsa2048").privateKey, "pkcs1"), leaf), false);
    assert.equal(keyMatchesCertificate(pem(keys("p384").privateKey, "pkcs8"), makeCa()), true);
  });

  it("refuses text that is not a certificate", () => {
    const key = pem(keys("p256").privateKey, "pkcs8");
    assert.throws(() => keyMatchesCertificate(key, key), { name: "PemError" });
    const damaged = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    assert.throws(() => keyMatchesCertificate(key, damaged), { name: "PemError" });
  });
});
