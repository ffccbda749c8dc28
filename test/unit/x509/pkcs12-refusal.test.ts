import assert from "node:assert/strict";

import { ContentInfo } from "@peculiar/asn1-cms";
import { SafeBag, id_keyBag } from "@peculiar/asn1-pfx";
import fc from "fast-check";

import { StoreError, readPkcs12 } from "../../../x509";
import { certificateBag, keyBag } from "../../../x509/pkcs12/write";
import { encrypt } from "../../../x509/pkcs12/protection";
import { saltsFor, WorkLimit } from "../../../x509/pkcs12/key-derivation";
import { keys } from "./make-keys";
import { certificateDer, encodeOctets, makePart, makePlainKeyBag, makeStore } from "./make-pkcs12";
import * as vectors from "./pkcs12-vectors";
import { GO_CA } from "./vectors";

const PASSWORD = "changeit";
const key = keys("p256").privateKey;

/** The problem of a store, as the text of the error. */
function problemOf(store: Uint8Array, password = PASSWORD): string {
  try {
    readPkcs12(store, password);
    return "";
  } catch (error) {
    assert.ok(error instanceof StoreError);
    assert.ok(!error.message.includes(password), "quotes the password");
    return error.message;
  }
}

describe("readPkcs12 with bad stores", () => {
  it("detects a wrong password, with and without letters outside ASCII", () => {
    const message = "The password is wrong, or the store was changed after it was written.";
    for (const wrong of ["changeme", "changeit ", "CHANGEIT", "", "ä"])
      assert.throws(() => readPkcs12(vectors.OPENSSL_AES_128, wrong), {
        name: "StoreError",
        message,
      });
  });

  it("detects a changed store", () => {
    const changed = Buffer.from(vectors.OPENSSL_UNENCRYPTED);
    const at = changed.indexOf(Buffer.from("Consortium"));
    changed.write("Konsortium", at);
    assert.match(problemOf(changed), /^The password is wrong, or the store was changed/);
  });

  const unsupported: Readonly<Record<string, readonly [Buffer, string]>> = {
    "RC2-40": [vectors.OPENSSL_RC2, "pbeWithSHAAnd40BitRC2-CBC"],
    PBMAC1: [makeStore([], PASSWORD, { macDigest: "1.2.840.113549.1.5.14" }), "PBMAC1"],
    "a MAC of SHA3-256": [
      makeStore([], PASSWORD, { macDigest: "2.16.840.1.101.3.4.2.8" }),
      "2.16.840.1.101.3.4.2.8",
    ],
    "a signed store": [
      makeStore([], PASSWORD, { contentType: "1.2.840.113549.1.7.2" }),
      "signed data",
    ],
    "a part for a public key": [
      makeStore(
        [
          new ContentInfo({
            contentType: "1.2.840.113549.1.7.3",
            content: encodeOctets(certificateDer(GO_CA)),
          }),
        ],
        PASSWORD,
      ),
      "enveloped data",
    ],
  };
  for (const [what, [store, name]] of Object.entries(unsupported))
    it(`names what it does not support in ${what}`, () => {
      assert.match(
        problemOf(store),
        new RegExp(`^The store uses an unsupported algorithm, ${name}: rewrite it`),
      );
    });

  const bag = certificateBag(certificateDer(GO_CA), {});
  const damaged: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
    "an empty file": [new Uint8Array(), /^This is not a PKCS#12 store, but an empty file\.$/],
    PEM: [Buffer.from(GO_CA), /^This is not a PKCS#12 store, but text/],
    base64: [
      Buffer.from(vectors.OPENSSL_RC2.toString("base64")),
      /, but text: .* base64 in a Kubernetes Secret/,
    ],
    JKS: [Buffer.from("feedfeed00000002", "hex"), /, but a JKS store: `keytool -importkeystore/],
    "a cut-off store": [vectors.OPENSSL_RC2.subarray(0, 300), /, or cut off\.$/],
    "a certificate": [certificateDer(GO_CA), /^This is not a PKCS#12 store/],
    "a huge file": [Buffer.alloc(1024 * 1024 + 1), /^The store is longer than 1024 KiB/],
    "version 4": [makeStore([], PASSWORD, { version: 4 }), /^PKCS#12 of version 4/],
    "no MAC": [makeStore([], PASSWORD, { macDigest: null }), /^The store has no MAC/],
    "no iteration": [makeStore([], PASSWORD, { iterations: 0 }), /an iteration count below 1/],
    "a negative number of iterations": [
      makeStore([], PASSWORD, { iterations: -5 }),
      /an iteration count below 1/,
    ],
    "2 billion iterations": [
      makeStore([], PASSWORD, { iterations: 2 ** 31 - 1 }),
      /^The store asks for more than 10000000 iterations/,
    ],
    "content that is not a part": [
      makeStore(
        [
          new ContentInfo({
            contentType: "1.2.840.113549.1.7.6",
            content: encodeOctets(certificateDer(GO_CA)),
          }),
        ],
        PASSWORD,
      ),
      /^The store is damaged: malformed encrypted data\.$/,
    ],
    "a malformed bag": [
      makeStore(
        [
          makePart([
            new SafeBag({ bagId: bag.bagId, bagValue: encodeOctets(certificateDer(GO_CA)) }),
          ]),
        ],
        PASSWORD,
      ),
      /^The store is damaged: malformed certificate bag\.$/,
    ],
    "a malformed certificate": [
      makeStore([makePart([certificateBag(Buffer.from("3000", "hex"), {})])], PASSWORD),
      /^The store is damaged: a certificate entry that does not hold a certificate\.$/,
    ],
    "a malformed key": [
      makeStore(
        [
          makePart([
            new SafeBag({ bagId: id_keyBag, bagValue: encodeOctets(certificateDer(GO_CA)) }),
          ]),
        ],
        PASSWORD,
      ),
      /^The store holds a private key whose content is not a key\.$/,
    ],
  };
  for (const [what, [store, message]] of Object.entries(damaged))
    it(`refuses ${what}`, () => {
      assert.match(problemOf(store), message);
    });

  it("reports a key with another password than its store", () => {
    const pkcs8 = key.export({ type: "pkcs8", format: "der" });
    const foreign = encrypt(pkcs8, "something else", saltsFor("test", [], PASSWORD), "key");
    const store = makeStore([makePart([keyBag(foreign, { alias: "server" })])], PASSWORD);
    assert.match(
      problemOf(store),
      /^The store's password does not open a private key: it has another/,
    );
  });

  it("sums the iterations of all keys", () => {
    const limit = new WorkLimit();
    assert.equal(limit.take(6_000_000), 6_000_000);
    // The parser returns such large numbers as text.
    assert.throws(() => limit.take("5000000"), { name: "StoreError" });
    assert.equal(limit.take("4000000"), 4_000_000);
    assert.throws(() => limit.take(1), { name: "StoreError" });
    assert.throws(() => new WorkLimit().take("many"), { name: "StoreError" });
  });

  // A boolean in place of octets, in three positions that the test below found.
  for (const [at, byte] of [
    [23, 1],
    [72, 1],
    [616, 5],
  ] as const)
    it(`reports a damaged store if byte ${at} is ${byte}, even with a correct MAC`, () => {
      const bags = [
        certificateBag(certificateDer(GO_CA), { alias: "ca", trusted: true }),
        makePlainKeyBag(key),
      ];
      const change = (content: Buffer) => void (content[at] = byte);
      const store = makeStore([makePart(bags)], PASSWORD, { change });
      assert.match(problemOf(store), /^The store is damaged: /);
    });

  it("reports a damaged store if the MAC does not cover octets", () => {
    const bags = [certificateBag(certificateDer(GO_CA), { alias: "ca", trusted: true })];
    const store = makeStore([makePart(bags)], PASSWORD);
    store[26] = 1;
    assert.match(problemOf(store), /^The store is damaged: /);
  });

  it("throws one kind of error for any bytes, even with a correct MAC", () => {
    const bags = [
      certificateBag(certificateDer(GO_CA), { alias: "ca", trusted: true }),
      makePlainKeyBag(key),
    ];
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(changes, (all) => {
        const change = (content: Buffer) => {
          for (const [at, byte] of all) content[at % content.length] = byte;
        };
        problemOf(makeStore([makePart(bags)], PASSWORD, { change }));
      }),
      { numRuns: 50 },
    );
  });
});
