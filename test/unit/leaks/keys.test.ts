import assert from "node:assert/strict";
import type { KeyObject } from "node:crypto";
import { PrivateKeys } from "../../leaks/keys";
import { keys } from "../x509/make-keys";

const KINDS = { p256: "sec1", p384: "sec1", ed25519: undefined, rsa1024: "pkcs1" } as const;

function pem(key: KeyObject, type: "pkcs8" | "sec1" | "pkcs1"): string {
  return key.export({ format: "pem", type } as { format: "pem"; type: "pkcs8" }).toString();
}

describe("the search for private keys", () => {
  for (const [kind, own] of Object.entries(KINDS)) {
    const { privateKey, publicKey } = keys(kind as keyof typeof KINDS);
    const known = new PrivateKeys().addFrom(JSON.stringify(pem(privateKey, "pkcs8")));
    const found = (text: string) => known.foundIn(Buffer.from(text));

    for (const type of own === undefined ? (["pkcs8"] as const) : (["pkcs8", own] as const)) {
      const text = pem(privateKey, type);
      it(`finds an ${kind} key in a PEM of ${type}, whatever its line breaks are`, () => {
        assert.equal(known.size, 1);
        assert.equal(found(text), 1);
        assert.equal(found(text.replaceAll("\n", "\r\n")), 1);
        assert.equal(found(JSON.stringify({ text: JSON.stringify({ text }) })), 1);
      });

      it(`finds an ${kind} key in base64 of a PEM of ${type}, wherever it begins`, () => {
        for (const before of ["", "a", "ab"])
          assert.equal(found(Buffer.from(before + text).toString("base64")), 1, before);
      });
    }

    it(`finds an ${kind} key in DER, in hex and in a JWK`, () => {
      const der = privateKey.export({ format: "der", type: "pkcs8" });
      assert.equal(known.foundIn(der), 1);
      assert.equal(found(der.toString("hex")), 1);
      assert.equal(found(JSON.stringify(privateKey.export({ format: "jwk" }))), 1);
    });

    it(`does not mistake the public half of an ${kind} key for it, nor another key`, () => {
      assert.equal(found(publicKey.export({ format: "pem", type: "spki" }).toString()), 0);
      assert.equal(known.foundIn(publicKey.export({ format: "der", type: "spki" })), 0);
      assert.equal(found(pem(keys("otherP256").privateKey, "pkcs8")), 0);
    });

    it(`does not find an ${kind} key that is encrypted`, () => {
      const how = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "p" } as const;
      assert.equal(found(privateKey.export(how).toString()), 0);
    });
  }
});
