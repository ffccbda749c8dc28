import assert from "node:assert/strict";
import { Checklist } from "../../../verify/check";
import {
  StoreShelf,
  checkKeyStores,
  pairInStore,
  publishedKeysInStore,
  trustStoreProblems,
  type Store,
} from "../../../verify/stores";
import {
  readCertificate,
  writeJksKeyStore,
  writeJksTrustStore,
  writeKeyStore,
  writeTrustStore,
} from "../../../x509";
import { makeJksTrustStore } from "../x509/make-jks";
import { makeCa, makeLeaf } from "../x509/make-certificate";
import { keys } from "../x509/make-keys";
import { keyPem } from "../x509/make-pkcs12";
import { PUBLISHED, PUBLISHED_NAME } from "../x509/make-published";

const PASSWORD = "correct horse";
const ca = makeCa();
const otherCa = makeCa({ subject: [["CN", "Other CA"]] });
const chainPem = makeLeaf() + ca;
const privateKeyPem = keyPem(keys("p256").privateKey);
const origin = "Secret ns/store";
const shelf = new StoreShelf();

const stored = (store: Buffer, password = PASSWORD): Store => ({
  origin,
  opened: shelf.open(store, password),
});

/** Messages of failed checks of a key store. */
function keyStoreFailures(store: Store): string[] {
  const list = new Checklist("service");
  checkKeyStores(list, [store]);
  return list.checks.filter(({ ok }) => !ok).map(({ message }) => message);
}

const FORMATS = {
  "PKCS#12": { writeKeys: writeKeyStore, writeTrust: writeTrustStore },
  JKS: { writeKeys: writeJksKeyStore, writeTrust: writeJksTrustStore },
};
for (const [format, { writeKeys, writeTrust }] of Object.entries(FORMATS))
  describe(`a deployed store in ${format}`, () => {
    const keyStore = writeKeys({ alias: "server", privateKeyPem, chainPem }, PASSWORD);
    const trust = (...cas: readonly string[]) =>
      stored(
        writeTrust(
          cas.map((certificatePem, index) => ({ alias: `ca-${index}`, certificatePem })),
          PASSWORD,
        ),
      );
    const problems = (store: Store) =>
      trustStoreProblems(store, [readCertificate(ca)], "nobody else");

    it("holds one key with its certificate", () => {
      assert.deepEqual(keyStoreFailures(stored(keyStore)), []);
      assert.deepEqual(pairInStore(stored(keyStore)), {
        certificate: chainPem,
        key: privateKeyPem,
        origin,
      });
    });

    it("trusts exactly the CAs that it must trust", () => {
      assert.deepEqual(problems(trust(ca)), []);
      assert.match(problems(trust(otherCa)).join(), /lacks the stack's "CN=Test CA/);
      assert.match(problems(trust(ca, otherCa)).join(), /also has "CN=Other CA/);
    });

    it("is reported if it is of the wrong kind", () => {
      assert.deepEqual(keyStoreFailures(trust(ca)), [
        `the key store in ${origin} holds 0 keys, and must hold one.`,
      ]);
      assert.match(problems(stored(keyStore))[0] ?? "", /holds a private key, which many can read/);
    });

    it("is reported if the password is wrong or the store was changed, without quoting anything", () => {
      const changed = Buffer.from(keyStore);
      const last = changed.length - 1;
      changed[last] = (changed[last] ?? 0) ^ 1;
      for (const store of [stored(keyStore, "another one"), stored(changed)]) {
        const [message = "", ...more] = keyStoreFailures(store);
        assert.deepEqual(more, []);
        assert.match(message, /^the key store in Secret ns\/store cannot be opened: /);
        assert.ok(!message.includes("another one") && !message.includes(PASSWORD));
        assert.equal(pairInStore(store), undefined);
      }
    });
  });

describe("a deployed store", () => {
  it("is reported if it is neither PKCS#12 nor JKS", () => {
    const [message] = keyStoreFailures(stored(Buffer.from(chainPem)));
    assert.match(message ?? "", /cannot be opened: This is not a PKCS#12 store, but text/);
  });

  it("is searched for published keys in JKS, too", () => {
    const published = makeCa({ keys: PUBLISHED });
    const store = stored(makeJksTrustStore("ca", published, PASSWORD));
    assert.deepEqual(publishedKeysInStore(store), [
      `the trust store in ${origin} holds CN=Test CA, which has ${PUBLISHED_NAME}: everybody has its private key.`,
    ]);
  });
});
