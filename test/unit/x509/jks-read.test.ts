import assert from "node:assert/strict";

import fc from "fast-check";

import {
  StoreError,
  readCertificate,
  readJks,
  readPkcs12,
  writeJksKeyStore,
  writeJksTrustStore,
  writeKeyStore,
  type KeyStoreContent,
} from "../../../x509";
import { protectKey } from "../../../x509/jks";
import * as vectors from "./jks-vectors";
import { makeCa, makeLeaf } from "./make-certificate";
import { DATE, X509, sealJks, sized, type Field } from "./make-jks";
import { keys } from "./make-keys";
import { certificateDer, keyPem } from "./make-pkcs12";
import { GO_CA, GO_LEAF } from "./vectors";

const PASSWORD = "changeit";
const content: KeyStoreContent = {
  alias: "server",
  privateKeyPem: keyPem(keys("p256").privateKey),
  chainPem: makeLeaf() + makeCa(),
};

const seal = (...fields: readonly Field[]) => sealJks(fields, PASSWORD);

/** The problem of a store, as the text of the error. */
function problemOf(store: Uint8Array, password = PASSWORD): string {
  try {
    readJks(store, password);
    return "";
  } catch (error) {
    assert.ok(error instanceof StoreError, String(error));
    assert.ok(!error.message.includes(password) || password === "", "quotes the password");
    return error.message;
  }
}

describe("readJks", () => {
  const certificate = [X509, sized(certificateDer(GO_CA))] as const;

  it("reads a trust store of keytool", () => {
    assert.deepEqual(readJks(vectors.KEYTOOL_TRUST_STORE, PASSWORD), {
      keys: [],
      trusted: [{ alias: "consortium", certificatePem: readCertificate(GO_CA).pem }],
      others: [],
    });
  });

  it("reads version 1, which names no type of certificates", () => {
    const store = seal(
      "feedfeed0000000100000001",
      "00000002000161",
      DATE,
      sized(certificateDer(GO_CA)),
    );
    assert.deepEqual(
      readJks(store, PASSWORD).trusted.map(({ alias }) => alias),
      ["a"],
    );
  });

  it("reads keys and anchors from one store, keeps the last of an alias, and decodes Java's text", () => {
    const pkcs8 = keys("p256").privateKey.export({ type: "pkcs8", format: "der" });
    const key = sized(protectKey(pkcs8, PASSWORD, Buffer.alloc(20, 7)));
    const store = seal(
      "feedfeed0000000200000004",
      ...["00000001000161", DATE, key, "00000000"],
      ...["00000002000162", DATE, X509, sized(certificateDer(GO_LEAF))],
      ...["00000002000162", DATE, ...certificate],
      // "é", NUL, "€" and a key (U+1F511) in modified UTF-8.
      ...["00000002000dc3a9c080e282aceda0bdedb491", DATE, ...certificate],
    );
    assert.deepEqual(readJks(store, PASSWORD), {
      keys: [{ alias: "a", privateKeyPem: content.privateKeyPem, chainPem: "" }],
      trusted: ["b", "é\0€\u{1f511}"].map((alias) => ({
        alias,
        certificatePem: readCertificate(GO_CA).pem,
      })),
      others: [],
    });
  });

  it("detects a wrong password, with and without letters outside ASCII", () => {
    const store = writeJksKeyStore(content, PASSWORD);
    for (const wrong of ["changeme", "changeit ", "CHANGEIT", "", "ä"])
      assert.equal(
        problemOf(store, wrong),
        "The password is wrong, or the store was changed after it was written.",
      );
  });

  it("detects every changed byte", () => {
    const store = writeJksTrustStore([{ alias: "ca", certificatePem: GO_CA }], PASSWORD);
    for (let at = 0; at < store.length; at++) {
      const changed = Buffer.from(store);
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.match(
        problemOf(changed),
        at < 4 ? /^This is not a JKS store/ : /^The password is wrong, or the store was changed/,
      );
    }
    assert.match(problemOf(Buffer.concat([store, Buffer.from("x")])), /^The password is wrong/);
    assert.match(problemOf(store.subarray(0, -1)), /^The password is wrong/);
  });

  const key = keys("p256").privateKey.export({ type: "pkcs8", format: "der" });
  const protect = (password: string) => sized(protectKey(key, password, Buffer.alloc(20, 7)));
  const keyEntry = (encrypted: Uint8Array) =>
    seal("feedfeed0000000200000001", "00000001000161", DATE, encrypted, "00000000");
  // EncryptedPrivateKeyInfo with an OCTET STRING of 3 bytes, and one with PBES2.
  const short = Buffer.from("3015300e060a2b060104012a0211010105000403010203", "hex");
  const pbes2 = Buffer.from("3012300d06092a864886f70d01050d0500040100", "hex");
  const damaged: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
    "an empty file": [new Uint8Array(), /^This is not a JKS store, but an empty file\.$/],
    JCEKS: [
      Buffer.from("cececece00000002", "hex"),
      /, but a JCEKS store: `keytool -importkeystore/,
    ],
    "PKCS#12": [writeKeyStore(content, PASSWORD), /, but perhaps a PKCS#12 store\.$/],
    PEM: [Buffer.from(GO_CA), /^This is not a JKS store\.$/],
    "only the magic number": [Buffer.from("feedfeed", "hex"), /damaged: it is cut off\.$/],
    "a huge file": [Buffer.alloc(1024 * 1024 + 1), /^The store is longer than 1024 KiB/],
    "version 3": [seal("feedfeed0000000300000000"), /^JKS of version 3; only versions 1 and 2/],
    "more entries than there are": [seal("feedfeed00000002ffffffff"), /a field is longer than/],
    "a longer certificate than there is": [
      seal("feedfeed0000000200000001", "00000002000161", DATE, X509, "7fffffff"),
      /a field is longer than the store\.$/,
    ],
    "data after the last entry": [
      seal("feedfeed000000020000000000"),
      /data after the last entry\.$/,
    ],
    "a secret key's entry": [
      seal("feedfeed0000000200000001", "00000003000161", DATE),
      /an entry of kind 3, which does not exist\.$/,
    ],
    "another type of certificate": [
      seal("feedfeed0000000200000001", "00000002000161", DATE, "0003504750", sized(Buffer.of(1))),
      /a certificate of another type than X\.509\.$/,
    ],
    "a malformed certificate": [
      seal("feedfeed0000000200000001", "00000002000161", DATE, X509, sized(Buffer.of(0x30, 0))),
      /a certificate entry that does not hold a certificate\.$/,
    ],
    "a key with another password": [
      keyEntry(protect("something else")),
      /^The store's password does not open a private key: it has another password/,
    ],
    "a key that is cut off": [
      keyEntry(sized(short)),
      /^The store's password does not open a private key/,
    ],
    "a key with another algorithm": [
      keyEntry(sized(pbes2)),
      /^The store uses an unsupported algorithm, 1\.2\.840\.113549\.1\.5\.13: rewrite it/,
    ],
    "a key that is not encrypted": [
      keyEntry(sized(key)),
      /^The store is damaged: malformed key entry\.$/,
    ],
    "an encrypted key that is not a key": [
      keyEntry(sized(protectKey(Buffer.from("3000", "hex"), PASSWORD, Buffer.alloc(20)))),
      /^The store holds a private key whose content /,
    ],
  };
  for (const [what, [store, message]] of Object.entries(damaged))
    it(`refuses ${what}`, () => {
      assert.match(problemOf(store), message);
    });

  it("throws one kind of error for any bytes, even with a correct digest", () => {
    const store = writeJksKeyStore(content, PASSWORD).subarray(0, -20);
    const change = fc.tuple(fc.nat(), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = Buffer.from(store);
        for (const [at, byte] of changes) changed[4 + (at % (changed.length - 4))] = byte;
        problemOf(seal(changed));
      }),
      { numRuns: 300 },
    );
  });
});

describe("readPkcs12", () => {
  it("says that a JKS store is one", () => {
    assert.throws(
      () =>
        readPkcs12(
          writeJksTrustStore([{ alias: "ca", certificatePem: GO_CA }], PASSWORD),
          PASSWORD,
        ),
      {
        message: /, but a JKS store: /,
      },
    );
  });
});
