import assert from "node:assert/strict";
import fc from "fast-check";
import { holdsPrivateKey, mayHoldPrivateKey } from "../../../x509";
import { makeLeaf } from "./make-certificate";
import { keys } from "./make-keys";
import { makeRequest } from "./make-request";
import { GO_CA, GO_LEAF, GO_REQUEST, OPENSSL_REQUEST } from "./vectors";

/** Every label that openssl, ssh-keygen, Go and gpg write. */
const LABELS = [
  "PRIVATE KEY",
  "ENCRYPTED PRIVATE KEY",
  "RSA PRIVATE KEY",
  "EC PRIVATE KEY",
  "DSA PRIVATE KEY",
  "OPENSSH PRIVATE KEY",
  "PGP PRIVATE KEY BLOCK",
];

const block = (label: string) => `-----BEGIN ${label}-----\nYWJj\n-----END ${label}-----\n`;
const around = fc.string({ maxLength: 8 });
const label = fc.constantFrom(...LABELS);

describe("a private key", () => {
  it("is found by its label, whatever stands around it", () => {
    fc.assert(
      fc.property(around, label, around, (before, name, after) => {
        assert.equal(holdsPrivateKey(before + block(name) + after), true);
      }),
    );
  });

  it("is found as base64 of PEM, at any place and however wrapped", () => {
    const columns = fc.constantFrom(4, 60, 64, 76, 10_000);
    fc.assert(
      fc.property(around, label, columns, (before, name, width) => {
        const encoded = Buffer.from(before + block(name)).toString("base64");
        const lines = encoded.match(new RegExp(`.{1,${width}}`, "g")) ?? [];
        assert.equal(holdsPrivateKey(`data: ${lines.join("\r\n")}`), true);
      }),
    );
  });

  it("is found as real tools write it", () => {
    const { privateKey } = keys("p256");
    const forms = [
      privateKey.export({ type: "sec1", format: "pem" }).toString(),
      privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      privateKey
        .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" })
        .toString(),
      keys("rsa2048").privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
    ];
    for (const pem of forms) {
      for (const text of [
        pem,
        pem.replaceAll("\n", "\r\n"),
        pem.toLowerCase(),
        JSON.stringify({ key: pem }),
        Buffer.from(pem, "utf16le").toString("utf8"),
        Buffer.from(GO_CA + pem).toString("base64"),
      ]) {
        assert.equal(holdsPrivateKey(text), true);
      }
    }
  });

  it("is found if only its beginning is left", () => {
    assert.equal(holdsPrivateKey("-----BEGIN EC PRIVATE KEY"), true);
    assert.equal(
      holdsPrivateKey(Buffer.from("-----BEGIN PRIVATE KEY---").toString("base64")),
      true,
    );
  });

  it("is not found in public text, nor in base64 of it", () => {
    const { publicKey } = keys("p256");
    const open = [
      "",
      GO_CA + GO_LEAF,
      GO_REQUEST,
      OPENSSL_REQUEST,
      makeLeaf(),
      makeRequest(),
      publicKey.export({ type: "spki", format: "pem" }).toString(),
      "mspId: MyOrg1MSP\nkey: k1\n",
      '# Path of the private key\nprivateKeyPath = "/home/wso2/security/keystore/mg.key"\n',
    ];
    for (const text of open) {
      assert.equal(holdsPrivateKey(text), false);
      assert.equal(holdsPrivateKey(Buffer.from(text).toString("base64")), false);
    }
  });
});

describe("a private key without PEM", () => {
  const pair = keys("p256");
  const der = (type: "pkcs8" | "sec1") => pair.privateKey.export({ type, format: "der" });
  const rsa = keys("rsa2048").privateKey.export({ type: "pkcs1", format: "der" });
  const encrypted = pair.privateKey.export({
    type: "pkcs8",
    format: "der",
    cipher: "aes-256-cbc",
    passphrase: "secret",
  });
  const ed25519 = keys("ed25519").privateKey.export({ type: "pkcs8", format: "der" });
  const forms = { pkcs8: der("pkcs8"), sec1: der("sec1"), rsa, encrypted, ed25519 };
  const inColons = (bytes: Buffer) =>
    (bytes.toString("hex").toUpperCase().match(/../g) ?? []).join(":");

  for (const [name, bytes] of Object.entries(forms))
    it(`is found in its DER, in base64 and hex, anywhere in a text (${name})`, () => {
      const base64 = bytes.toString("base64");
      const texts = [
        base64,
        `key: ${base64}\n`,
        JSON.stringify({ request: base64 }),
        `request: "${(base64.match(/.{1,64}/g) ?? []).join("\\n")}"`,
        (base64.match(/.{1,20}/g) ?? []).join("\r\n"),
        bytes.toString("base64url"),
        `-----BEGIN CERTIFICATE REQUEST-----\n${base64}\n-----END CERTIFICATE REQUEST-----\n`,
        bytes.toString("hex"),
        `0x${bytes.toString("hex").toUpperCase()}`,
        inColons(bytes),
        (bytes.toString("hex").match(/../g) ?? []).join(" "),
      ];
      for (const text of texts) assert.equal(holdsPrivateKey(text), true, text.slice(0, 40));
      assert.equal(mayHoldPrivateKey(bytes), true);
      for (const text of texts)
        for (const file of [Buffer.from(text), Buffer.from(`\uFEFF${text}`, "utf16le")])
          assert.equal(mayHoldPrivateKey(file), true);
    });

  it("is found as a JSON Web Key, whatever its kind", () => {
    for (const name of ["p256", "rsa2048", "ed25519"] as const) {
      const jwk = keys(name).privateKey.export({ format: "jwk" });
      for (const text of [JSON.stringify(jwk), JSON.stringify({ keys: [jwk] }, null, 2)])
        assert.equal(holdsPrivateKey(text), true);
      const open = keys(name).publicKey.export({ format: "jwk" });
      assert.equal(holdsPrivateKey(JSON.stringify(open)), false);
    }
  });

  it("is found as a PuTTY file, and as base64 of one", () => {
    const ppk = "PuTTY-User-Key-File-3: ecdsa-sha2-nistp256\nEncryption: none\n";
    assert.equal(holdsPrivateKey(ppk), true);
    assert.equal(holdsPrivateKey(Buffer.from(`x${ppk}`).toString("base64")), true);
  });

  it("is suspected in every key store, in binary, base64 and hex", () => {
    const stores = [
      Buffer.concat([Buffer.from("feedfeed0000000200000001", "hex"), Buffer.alloc(60)]),
      Buffer.concat([Buffer.from("cececece0000000200000001", "hex"), Buffer.alloc(60)]),
      // The head of a PFX (RFC 7292): version 3, then content of type data.
      Buffer.concat([
        Buffer.from("308209e2020103308209a806092a864886f70d010701", "hex"),
        Buffer.alloc(60),
      ]),
    ];
    for (const store of stores)
      for (const file of [
        store,
        Buffer.from(store.toString("base64")),
        Buffer.from(`keystore: ${store.toString("base64")}\n`),
        Buffer.from(store.toString("hex")),
      ])
        assert.equal(mayHoldPrivateKey(file), true);
  });

  it("is not found in public content, in whatever form", () => {
    const open = [GO_CA, GO_LEAF, GO_REQUEST, OPENSSL_REQUEST, makeLeaf(), makeRequest()].map(
      (pem) => Buffer.from(pem.replace(/-----.*-----|\n/g, ""), "base64"),
    );
    const spki = (["p256", "rsa2048", "ed25519"] as const).map((name) =>
      keys(name).publicKey.export({ type: "spki", format: "der" }),
    );
    const pkcs1 = keys("rsa2048").publicKey.export({ type: "pkcs1", format: "der" });
    for (const bytes of [...open, ...spki, pkcs1])
      for (const text of [bytes.toString("base64"), bytes.toString("hex"), inColons(bytes)]) {
        assert.equal(holdsPrivateKey(text), false, text.slice(0, 40));
        assert.equal(mayHoldPrivateKey(Buffer.from(text)), false);
        assert.equal(mayHoldPrivateKey(bytes), false);
      }
  });

  it("is not found in arbitrary hex digits or base64", () => {
    const noise = fc
      .uint8Array({ minLength: 40, maxLength: 200 })
      .map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(noise, (bytes) => {
        // A certificate's fingerprint may begin with anything, but random bytes are not a structure.
        assert.equal(holdsPrivateKey(`MA${bytes.toString("base64")}`), false);
        assert.equal(holdsPrivateKey(bytes.toString("hex")), false);
      }),
    );
  });
});
