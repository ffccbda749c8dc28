import assert from "node:assert/strict";
import { createECDH } from "node:crypto";
import fc from "fast-check";

import {
  checkRequest,
  keyMatchesCertificate,
  readCertificate,
  readPrivateKey,
  toPem,
} from "../../../x509";
import { CURVES, pointProblem } from "../../../x509/key-der/algorithms";
import { judgePublicKey, privateKeyProblem } from "../../../x509/key-der/keys";
import { makeLeaf } from "./make-certificate";
import { keys, spkiOf } from "./make-keys";
import { makeRequest } from "./make-request";

/** Creates a DER element, for structures that no library would write. */
const tlv = (tag: number, ...parts: readonly Uint8Array[]) => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...head), content]);
};
const hex = (text: string) => Buffer.from(text, "hex");
const integer = (number: bigint) => {
  const digits = number.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return tlv(2, hex(Number.parseInt(even.slice(0, 2), 16) >= 0x80 ? `00${even}` : even));
};

const P256 = "06082a8648ce3d030107";
const ecSpki = (curve: string, point: Buffer) =>
  tlv(0x30, tlv(0x30, hex("06072a8648ce3d0201"), hex(curve)), tlv(3, Buffer.of(0), point));
const rsaSpki = (modulus: bigint, exponent: bigint) =>
  tlv(
    0x30,
    tlv(0x30, hex("06092a864886f70d010101"), hex("0500")),
    tlv(3, Buffer.of(0), tlv(0x30, integer(modulus), integer(exponent))),
  );
const edSpki = (length: number) =>
  tlv(0x30, tlv(0x30, hex("06032b6570")), tlv(3, Buffer.of(0), Buffer.alloc(length, 7)));

const INFINITY = ecSpki(P256, Buffer.of(0));
const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;

describe("an invalid public key", () => {
  const cases: readonly [string, () => Buffer, RegExp][] = [
    ["the point at infinity", () => INFINITY, /is the point at infinity/],
    ["a long point at infinity", () => ecSpki(P256, Buffer.alloc(65)), /is the point at infinity/],
    ["not a point", () => ecSpki(P256, Buffer.alloc(0)), /neither uncompressed nor compressed/],
    ["a hybrid point", () => ecSpki(P256, Buffer.alloc(65, 6)), /neither uncompressed nor/],
    [
      "a point of zeros",
      () => ecSpki(P256, Buffer.concat([Buffer.of(4), Buffer.alloc(64)])),
      /not on its curve/,
    ],
    ["a short point", () => ecSpki(P256, Buffer.alloc(64, 4)), /wrong length/],
    [
      "a coordinate as large as the prime",
      () => ecSpki(P256, Buffer.concat([Buffer.of(4), hex(P.toString(16)), Buffer.alloc(32)])),
      /not on its curve/,
    ],
    [
      "an invalid compressed point",
      () => ecSpki(P256, Buffer.concat([Buffer.of(2), Buffer.alloc(31), Buffer.of(1)])),
      /not on its curve/,
    ],
    ["a modulus of zero", () => rsaSpki(0n, 65537n), /modulus of 0 bits/],
    ["a modulus of 8 bits", () => rsaSpki(255n, 65537n), /modulus of 8 bits/],
    ["a modulus of 16385 bits", () => rsaSpki(2n ** 16384n + 1n, 65537n), /modulus of 16385 bits/],
    ["an even modulus", () => rsaSpki(2n ** 2048n - 2n, 65537n), /modulus that is even/],
    ["exponent 0", () => rsaSpki(2n ** 2048n - 1n, 0n), /exponent that is not an odd/],
    ["exponent 1", () => rsaSpki(2n ** 2048n - 1n, 1n), /exponent that is not an odd/],
    ["exponent 2", () => rsaSpki(2n ** 2048n - 1n, 2n), /exponent that is not an odd/],
    ["an exponent of 2048 bits", () => rsaSpki(2n ** 2048n - 1n, 2n ** 2047n + 1n), /exponent/],
    ["an Ed25519 key of 31 bytes", () => edSpki(31), /has 31 bytes/],
    ["an Ed25519 key of 33 bytes", () => edSpki(33), /has 33 bytes/],
    ["nothing", () => Buffer.alloc(0), /is not encoded/],
    ["an indefinite length", () => hex("3080"), /is not encoded/],
    ["a length of five octets", () => hex("30850000000000"), /is not encoded/],
  ];
  for (const [name, make, message] of cases)
    it(`is not given to a crypto library: ${name}`, () => {
      const { algorithm, problem, key } = judgePublicKey(make());
      assert.match(problem ?? "nothing", message);
      assert.deepEqual([algorithm, key], ["unreadable", undefined]);
    });

  it("is refused in a request, with this reason only", () => {
    const grant = { organization: "MyOrg1MSP", source: "organizations.MyOrg1MSP" };
    const { violations, request } = checkRequest(makeRequest({ spki: INFINITY }), grant);
    assert.deepEqual(
      violations.map(({ code, asked }) => [code, asked]),
      [["key-algorithm", "an unreadable key: it is the point at infinity"]],
    );
    assert.equal(request?.keyAlgorithm, "unreadable");
  });

  it("is refused wherever a certificate is read", () => {
    const good = spkiOf(keys("p256").publicKey);
    const der = Buffer.from(makeLeaf().replace(/-----.*-----|\n/g, ""), "base64");
    const at = der.indexOf(good);
    // Keep the length, so that everything around it stays the same.
    const bad = Buffer.concat([good.subarray(0, 26), Buffer.of(0), good.subarray(27)]);
    const pem = toPem(
      "CERTIFICATE",
      Buffer.concat([der.subarray(0, at), bad, der.subarray(at + bad.length)]),
    );
    assert.throws(() => readCertificate(pem), {
      name: "PemError",
      message: "the certificate: a CERTIFICATE block whose public key is the point at infinity.",
    });
    const key = keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    assert.equal(keyMatchesCertificate(key, pem), false);
  });
});

describe("a public key", () => {
  it("is named by its kind, other kinds without a crypto library", () => {
    const named = (name: Parameters<typeof keys>[0]) => {
      const { algorithm, key, isCanonical } = judgePublicKey(spkiOf(keys(name).publicKey));
      return [algorithm, key !== undefined, isCanonical];
    };
    assert.deepEqual(
      (
        [
          "p256",
          "p384",
          "p521",
          "p224",
          "secp256k1",
          "ed25519",
          "x25519",
          "rsaPss",
          "explicitP256",
        ] as const
      ).map(named),
      [
        ["ECDSA-P256", true, true],
        ["ECDSA-P384", true, true],
        ["ECDSA-P521", true, true],
        ["ECDSA-P224", true, true],
        ["ECDSA-secp256k1", true, true],
        ["Ed25519", true, true],
        ["X25519", false, false],
        ["RSA-PSS", false, false],
        ["ECDSA on a curve without a name", false, false],
      ],
    );
  });

  it("is accepted on every curve, in both forms of a point, as OpenSSL makes it", () => {
    const names = { P224: "secp224r1", P256: "prime256v1", P384: "secp384r1", P521: "secp521r1" };
    for (const curve of CURVES.values()) {
      const ecdh = createECDH(new Map(Object.entries(names)).get(curve.name) ?? curve.name);
      for (let round = 0; round < 3; round++) {
        ecdh.generateKeys();
        for (const form of ["uncompressed", "compressed"] as const)
          assert.equal(pointProblem(ecdh.getPublicKey(null, form), curve), undefined, curve.name);
      }
    }
  });

  it("is no longer accepted if one bit of its point changes", () => {
    const spki = spkiOf(keys("p256").publicKey);
    fc.assert(
      fc.property(fc.nat({ max: 64 * 8 - 1 }), (bit) => {
        const changed = Buffer.from(spki);
        const at = spki.length - 1 - (bit >> 3);
        changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7));
        assert.match(judgePublicKey(changed).problem ?? "nothing", /not on its curve/);
      }),
    );
  });
});

describe("an invalid private key", () => {
  const sec1 = (scalar: Buffer, ...optional: Buffer[]) =>
    tlv(0x30, hex("020101"), tlv(4, scalar), ...optional);
  const curve = (oid: string) => tlv(0xa0, hex(oid));
  const cases: readonly [string, () => Buffer, RegExp][] = [
    ["zero", () => sec1(Buffer.alloc(32), curve(P256)), /is out of the range of its curve/],
    [
      "the curve's order",
      () =>
        sec1(hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"), curve(P256)),
      /is out of the range of its curve/,
    ],
    ["without a curve", () => sec1(Buffer.alloc(32, 1)), /on a curve that is not supported here/],
    [
      "with the point at infinity",
      () => sec1(Buffer.alloc(32, 1), curve(P256), tlv(0xa1, hex("030200"), Buffer.of(0))),
      /is not a key|infinity/,
    ],
    [
      "with a public key at infinity",
      () => sec1(Buffer.alloc(32, 1), curve(P256), tlv(0xa1, tlv(3, Buffer.of(0, 0)))),
      /has a public key that is the point at infinity/,
    ],
  ];
  for (const [name, make, message] of cases)
    it(`is refused without quoting it: ${name}`, () => {
      assert.match(privateKeyProblem(make(), "EC PRIVATE KEY") ?? "nothing", message);
      assert.throws(() => readPrivateKey(toPem("EC PRIVATE KEY", make()), "the key"), {
        name: "PemError",
      });
    });

  it("is never one that OpenSSL makes", () => {
    for (const name of ["p256", "p384", "p521", "ed25519", "rsa1024", "rsa2048"] as const) {
      const der = keys(name).privateKey.export({ type: "pkcs8", format: "der" });
      assert.equal(privateKeyProblem(der, "PRIVATE KEY"), undefined, name);
    }
  });
});
