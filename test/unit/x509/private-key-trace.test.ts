import assert from "node:assert/strict";
import fc from "fast-check";
import { holdsPrivateKey } from "../../../x509";
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

  it("is found where only its beginning is left", () => {
    assert.equal(holdsPrivateKey("-----BEGIN EC PRIVATE KEY"), true);
    assert.equal(
      holdsPrivateKey(Buffer.from("-----BEGIN PRIVATE KEY---").toString("base64")),
      true,
    );
  });

  it("is not found in what is public, nor in base64 of it", () => {
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
