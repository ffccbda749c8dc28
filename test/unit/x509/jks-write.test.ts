import assert from "node:assert/strict";

import {
  isJks,
  readCertificate,
  readJks,
  writeJksKeyStore,
  writeJksTrustStore,
  writeKeyStore,
  type KeyStoreContent,
  type TrustStoreContent,
} from "../../../x509";
import * as vectors from "./jks-vectors";
import { makeCa, makeLeaf } from "./make-certificate";
import { keys } from "./make-keys";
import { keyPem } from "./make-pkcs12";
import { PUBLISHED, PUBLISHED_KEY_PEM } from "./make-published";
import { GO_CA } from "./vectors";

const PASSWORD = "changeit";
const ca = makeCa();
const leaf = makeLeaf();
const content: KeyStoreContent = {
  alias: "Server",
  privateKeyPem: keyPem(keys("p256").privateKey),
  chainPem: leaf + ca,
};
const anchors = [
  { alias: "g1", certificatePem: readCertificate(GO_CA).pem },
  { alias: "g2", certificatePem: ca },
] as const satisfies TrustStoreContent;

describe("writeJksKeyStore", () => {
  const store = writeJksKeyStore(content, PASSWORD);

  for (const name of ["rsa2048", "p256", "p384", "ed25519"] as const)
    it(`writes a ${name} key and its chain, which can be read back`, () => {
      const pair = keys(name);
      const chainPem = makeLeaf({ keys: pair }) + ca;
      const privateKeyPem = keyPem(pair.privateKey);
      const written = writeJksKeyStore({ alias: "Server", privateKeyPem, chainPem }, PASSWORD);
      assert.ok(isJks(written));
      assert.deepEqual(readJks(written, PASSWORD), {
        keys: [{ alias: "server", privateKeyPem, chainPem }],
        trusted: [],
        others: [],
      });
    });

  it("writes the head, alias, date and algorithm as the format requires", () => {
    const date = readCertificate(leaf).notBefore.getTime().toString(16).padStart(16, "0");
    const head = `feedfeed0000000200000001000000010006${Buffer.from("server").toString("hex")}${date}`;
    const hex = store.toString("hex");
    assert.equal(hex.slice(0, head.length), head);
    // SEQUENCE of the algorithm 1.3.6.1.4.1.42.2.17.1.1 with NULL, as keytool writes it.
    assert.match(hex.slice(head.length), /^.{8}3081..300e060a2b060104012a021101010500/);
    assert.ok(
      !hex.includes(
        keys("p256").privateKey.export({ type: "pkcs8", format: "der" }).toString("hex"),
      ),
    );
  });

  it("writes the same bytes for the same content, in whatever form the key is", () => {
    const privateKeyPem = keyPem(keys("p256").privateKey, "sec1");
    const again = writeJksKeyStore({ ...content, alias: "SERVER", privateKeyPem }, PASSWORD);
    assert.ok(again.equals(store));
  });

  it("uses a new salt for every change", () => {
    const stores = [
      store,
      writeJksKeyStore(content, `${PASSWORD}!`),
      writeJksKeyStore({ ...content, alias: "serves" }, PASSWORD),
      writeJksKeyStore({ ...content, chainPem: leaf }, PASSWORD),
      writeJksKeyStore({ ...content, chainPem: makeLeaf() + ca }, PASSWORD),
    ];
    // Head and alias have the same length in all; the salt is at the begin of the OCTET STRING.
    const salts = stores.map(
      (each) => /300e060a2b060104012a0211010105000481..(.{40})/.exec(each.toString("hex"))?.[1],
    );
    assert.ok(salts.every((salt) => salt !== undefined));
    assert.equal(new Set(salts).size, stores.length);
  });

  it("refuses what a PKCS#12 store refuses, too, in the same words", () => {
    const wrong: readonly Partial<KeyStoreContent>[] = [
      { alias: "sérver" },
      { alias: "" },
      { chainPem: ca + leaf },
      { chainPem: makeLeaf({ keys: keys("otherP256") }) },
      { chainPem: "" },
      { privateKeyPem: leaf },
      { privateKeyPem: PUBLISHED_KEY_PEM, chainPem: makeLeaf({ keys: PUBLISHED }) },
      { chainPem: leaf + makeCa({ keys: PUBLISHED }) },
    ];
    const attempts = [
      ...wrong.map((change) => [{ ...content, ...change }, PASSWORD] as const),
      [content, "ab12"] as const,
      [content, "chänge-it"] as const,
      [content, `${PASSWORD}\n`] as const,
    ];
    for (const [bad, password] of attempts) {
      let expected: unknown;
      assert.throws(
        () => writeKeyStore(bad, password),
        (error) => ((expected = error), true),
      );
      const { name, message } = expected as Error;
      assert.ok(["StoreError", "PemError"].includes(name), name);
      assert.throws(() => writeJksKeyStore(bad, password), { name, message });
      assert.ok(!message.includes(password));
    }
  });
});

describe("writeJksTrustStore", () => {
  const store = writeJksTrustStore(anchors, PASSWORD);

  it("writes trust anchors, which can be read back", () => {
    assert.deepEqual(readJks(store, PASSWORD), { keys: [], trusted: anchors, others: [] });
  });

  it("writes the same bytes for the same content in any order", () => {
    assert.ok(writeJksTrustStore([...anchors].reverse(), PASSWORD).equals(store));
  });

  it("writes what keytool wrote, except for the date", () => {
    const one = [{ alias: "Consortium", certificatePem: GO_CA }];
    const ours = writeJksTrustStore(one, PASSWORD);
    const theirs = vectors.KEYTOOL_TRUST_STORE;
    const dateAt = 12 + 4 + 2 + "consortium".length;
    const around = (bytes: Buffer) =>
      Buffer.concat([bytes.subarray(0, dateAt), bytes.subarray(dateAt + 8, -20)]);
    assert.equal(around(ours).toString("hex"), around(theirs).toString("hex"));
    assert.equal(Number(ours.readBigInt64BE(dateAt)), readCertificate(GO_CA).notBefore.getTime());
  });

  it("refuses an empty store, and one alias for two certificates", () => {
    assert.throws(() => writeJksTrustStore([], PASSWORD), {
      name: "StoreError",
      message: /^A trust store without a certificate/,
    });
    const twice = ["ca", "CA"].map((alias) => ({ alias, certificatePem: GO_CA }));
    assert.throws(() => writeJksTrustStore(twice, PASSWORD), {
      name: "StoreError",
      message: /^Two certificates with the alias "ca"/,
    });
  });

  it("refuses a published key and a password that Java cannot use", () => {
    const published = [{ alias: "ca", certificatePem: makeCa({ keys: PUBLISHED }) }];
    assert.throws(() => writeJksTrustStore(published, PASSWORD), {
      name: "StoreError",
      message: /everybody has its private key/,
    });
    assert.throws(() => writeJksTrustStore(anchors, "pässword"), {
      name: "StoreError",
      message: /^The store's password has characters outside printable ASCII/,
    });
  });
});
