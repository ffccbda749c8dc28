import assert from "node:assert/strict";
import { X509Certificate, createHash } from "node:crypto";

import {
  readPkcs12,
  writeKeyStore,
  writeTrustStore,
  type KeyStoreContent,
  type TrustStoreContent,
} from "../../../x509";
import { saltsFor } from "../../../x509/pkcs12/key-derivation";
import { makeCa, makeLeaf } from "./make-certificate";
import { keys } from "./make-keys";
import { keyPem } from "./make-pkcs12";
import { takeApart } from "./pkcs12-parts";
import { GO_CA, GO_LEAF } from "./vectors";

const PASSWORD = "changeit";
/**
 * The parameters that keytool of Java 17 writes, apart from salt and IV: PBES2, PBKDF2 with 20 bytes of salt, 10 000
 * iterations, a key of 32 bytes, HMAC-SHA256, and AES-256-CBC.
 */
const PBES2 =
  /^306606092a864886f70d01050d3059303806092a864886f70d01050c302b0414.{40}02022710020120300c06082a864886f70d02090500301d060960864801650304012a0410.{32}$/;
/** friendlyName `server`. */
const ALIAS_SERVER = "301b06092a864886f70d010914310e1e0c007300650072007600650072";
/** Oracle's trustedKeyUsage with anyExtendedKeyUsage. */
const TRUSTED = "3016060c6086480186f966adca7b010131060604551d2500";

const ca = makeCa();
const leaf = makeLeaf();
const content: KeyStoreContent = {
  alias: "server",
  privateKeyPem: keyPem(keys("p256").privateKey),
  chainPem: leaf + ca,
};
const anchors = [
  { alias: "g1", certificatePem: GO_CA },
  { alias: "g2", certificatePem: ca },
] as const satisfies TrustStoreContent;

describe("writeKeyStore", () => {
  const store = writeKeyStore(content, PASSWORD);

  it("writes what keytool writes", () => {
    const { mac, parts } = takeApart(store, PASSWORD);
    assert.deepEqual(mac, { algorithm: "2.16.840.1.101.3.4.2.1", iterations: 10_000, salt: 20 });
    const [keyPart, certificatePart, ...more] = parts;
    assert.deepEqual(more, []);
    // The key is in a shrouded key bag in plain data, and the certificates are encrypted as a whole.
    assert.equal(keyPart?.encryption, undefined);
    assert.match(certificatePart?.encryption ?? "", PBES2);
    const keyId = createHash("sha256").update(new X509Certificate(leaf).raw).digest("hex");
    const localKeyId = `302f06092a864886f70d01091531220420${keyId}`;
    const [key, ...otherKeys] = keyPart?.bags ?? [];
    assert.deepEqual(otherKeys, []);
    assert.equal(key?.id, "1.2.840.113549.1.12.10.1.2");
    assert.match(key.encryption ?? "", PBES2);
    assert.deepEqual(key.attributes, [ALIAS_SERVER, localKeyId]);
    assert.deepEqual(certificatePart?.bags, [
      {
        id: "1.2.840.113549.1.12.10.1.3",
        encryption: undefined,
        attributes: [ALIAS_SERVER, localKeyId],
      },
      { id: "1.2.840.113549.1.12.10.1.3", encryption: undefined, attributes: [] },
    ]);
  });

  it("writes the same bytes for the same content, in whatever form the key is", () => {
    const privateKeyPem = keyPem(keys("p256").privateKey, "sec1");
    const again = writeKeyStore({ ...content, alias: "SERVER", privateKeyPem }, PASSWORD);
    assert.ok(again.equals(store));
  });

  it("uses new salts and IVs for every change", () => {
    const stores = [
      store,
      writeKeyStore(content, `${PASSWORD}!`),
      writeKeyStore({ ...content, alias: "serve" }, PASSWORD),
      writeKeyStore({ ...content, chainPem: leaf }, PASSWORD),
      writeKeyStore({ ...content, chainPem: leaf + ca + GO_CA }, PASSWORD),
      writeKeyStore({ ...content, chainPem: makeLeaf() + ca }, PASSWORD),
    ];
    const salts = stores.flatMap((each) => takeApart(each).salts);
    // The salt of the MAC, and one salt and IV each for the key and the certificates.
    assert.equal(salts.length, stores.length * 5);
    assert.equal(new Set(salts).size, salts.length);
  });

  it("refuses a key that does not belong to the first certificate", () => {
    const message = /^The private key does not belong to the first certificate of the chain/;
    for (const chainPem of [ca + leaf, makeLeaf({ keys: keys("otherP256") }), ca])
      assert.throws(() => writeKeyStore({ ...content, chainPem }, PASSWORD), {
        name: "StoreError",
        message,
      });
  });

  it("refuses text that is not a key or not a certificate", () => {
    for (const wrong of [{ privateKeyPem: leaf }, { chainPem: "" }, { chainPem: `${leaf}secret` }])
      assert.throws(() => writeKeyStore({ ...content, ...wrong }, PASSWORD), { name: "PemError" });
  });

  it("refuses an alias that not all programs write alike", () => {
    for (const alias of ["", " ", "server ", "sérver", "a\nb"])
      assert.throws(() => writeKeyStore({ ...content, alias }, PASSWORD), {
        name: "StoreError",
        message: /^The alias ".*" cannot be used: printable ASCII/,
      });
  });
});

describe("writeTrustStore", () => {
  const store = writeTrustStore(anchors, PASSWORD);

  it("marks every certificate as a trust anchor for Java, and holds no key", () => {
    const { mac, parts } = takeApart(store, PASSWORD);
    assert.deepEqual(mac, { algorithm: "2.16.840.1.101.3.4.2.1", iterations: 10_000, salt: 20 });
    assert.equal(parts.length, 1);
    assert.match(parts[0]?.encryption ?? "", PBES2);
    const bag = { id: "1.2.840.113549.1.12.10.1.3", encryption: undefined };
    assert.deepEqual(parts[0]?.bags, [
      { ...bag, attributes: ["301306092a864886f70d01091431061e0400670031", TRUSTED] },
      { ...bag, attributes: ["301306092a864886f70d01091431061e0400670032", TRUSTED] },
    ]);
  });

  it("writes the same bytes for the same content in any order", () => {
    assert.ok(writeTrustStore([...anchors].reverse(), PASSWORD).equals(store));
  });

  it("writes exactly these bytes, since a change would restart every server", () => {
    const fixed = writeTrustStore([{ alias: "consortium", certificatePem: GO_CA }], PASSWORD);
    assert.equal(
      createHash("sha256").update(fixed).digest("hex"),
      "b5632e8c4545446e131e0f76fd40ef68963a0e1d866a8eea51260219a55bd228",
    );
  });

  it("uses new salts and IVs for every change", () => {
    const [one, other] = anchors;
    const stores = [
      store,
      writeTrustStore(anchors, `${PASSWORD}!`),
      writeTrustStore(anchors.slice(1), PASSWORD),
      // The same holds if only aliases change, or are exchanged.
      writeTrustStore([{ ...one, alias: "g" }, other], PASSWORD),
      writeTrustStore(
        [
          { ...one, alias: "g2" },
          { ...other, alias: "g1" },
        ],
        PASSWORD,
      ),
      writeTrustStore([{ ...one, certificatePem: GO_LEAF }, other], PASSWORD),
    ];
    const salts = stores.flatMap((each) => takeApart(each).salts);
    assert.equal(salts.length, stores.length * 3);
    assert.equal(new Set(salts).size, salts.length);
  });

  it("holds as many certificates as a system trusts", () => {
    const many = Array.from({ length: 200 }, (_, index) => ({
      alias: `ca-${index}`,
      certificatePem: GO_CA,
    }));
    const { trusted } = readPkcs12(writeTrustStore(many, PASSWORD), PASSWORD);
    assert.deepEqual(
      new Set(trusted.map(({ alias }) => alias)),
      new Set(many.map(({ alias }) => alias)),
    );
  });

  it("refuses an empty store, and one alias for two certificates", () => {
    assert.throws(() => writeTrustStore([], PASSWORD), {
      name: "StoreError",
      message: /^A trust store without a certificate/,
    });
    const twice = ["ca", "CA"].map((alias) => ({ alias, certificatePem: GO_CA }));
    assert.throws(() => writeTrustStore(twice, PASSWORD), {
      name: "StoreError",
      message: /^Two certificates with the alias "ca"/,
    });
  });

  it("refuses text that is not exactly one certificate", () => {
    for (const certificatePem of ["", GO_CA + GO_CA, content.privateKeyPem])
      assert.throws(() => writeTrustStore([{ alias: "ca", certificatePem }], PASSWORD), {
        name: "PemError",
        message: /^the certificate "ca"/,
      });
  });
});

describe("saltsFor", () => {
  const salt = (purpose: string, content: readonly string[], password = PASSWORD, label = "a") =>
    saltsFor(purpose, content, password)(label, 20).toString("hex");

  it("distinguishes content that differs only in where one field ends", () => {
    const contents = [["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["", "abc"]];
    const salts = contents.map((content) => salt("store", content));
    assert.equal(new Set([...salts, salt("storea", ["bc"])]).size, contents.length + 1);
  });

  it("depends only on purpose, password and label", () => {
    const salts = [
      salt("store", ["a"]),
      salt("other", ["a"]),
      salt("store", ["a"], "changeme"),
      salt("store", ["a"], PASSWORD, "b"),
    ];
    assert.equal(new Set(salts).size, salts.length);
    assert.equal(salt("store", ["a"]), salts[0]);
  });
});
