import assert from "node:assert/strict";

import {
  publishedKey,
  publishedKeyProblem,
  publishedKeysIn,
  publicKeyFingerprint,
  readCertificate,
  readCertificateRequest,
  readPkcs12,
  readPrivateKey,
  writeKeyStore,
  writeTrustStore,
} from "../../../x509";
import { certificateBag } from "../../../x509/pkcs12/write";
import { makeCa, makeLeaf } from "./make-certificate";
import { keys, spkiOf } from "./make-keys";
import { certificateDer, keyPem, makePart, makePlainKeyBag, makeStore } from "./make-pkcs12";
import { PUBLISHED, PUBLISHED_KEY_PEM, PUBLISHED_NAME } from "./make-published";
import { makeRequest } from "./make-request";

const PASSWORD = "changeit";
const HAS = `has ${PUBLISHED_NAME}: everybody has its private key`;
const IS = `is ${PUBLISHED_NAME}: everybody has it`;
const leaf = makeLeaf({ keys: PUBLISHED });
const ca = makeCa({ subject: [["CN", "Default CA"]], keys: PUBLISHED });

describe("a published key", () => {
  it("is recognized by the fingerprint of its public half", () => {
    assert.deepEqual(publishedKey(publicKeyFingerprint(PUBLISHED.publicKey)), {
      vendor: "WSO2",
      product: "Choreo Connect",
      file: "mg.key",
    });
    assert.deepEqual(
      publishedKey("caa08ab78bb6223dd7f464a988b788e2fbd5a5899033b1cdf19f8727def145e3"),
      { vendor: "WSO2", product: "its products", file: "wso2carbon.jks" },
    );
    assert.deepEqual(
      publishedKey("84c53290b3af4bf529a9425383c032088d46093e3c948d6e2629b9eee0c400a7"),
      { vendor: "OpenChoreo", product: "its samples", file: "component-tls-service/tls.key" },
    );
    assert.equal(publishedKey(publicKeyFingerprint(keys("p256").publicKey)), undefined);
  });

  it("is recognized in every certificate and request for it, and as a key in any form", () => {
    assert.equal(publishedKeyProblem(readCertificate(leaf)), HAS);
    assert.equal(publishedKeyProblem(readCertificate(ca)), HAS);
    const request = makeRequest({ spki: spkiOf(PUBLISHED.publicKey) });
    assert.equal(publishedKeyProblem(readCertificateRequest(request)), HAS);
    for (const type of ["pkcs1", "pkcs8"] as const) {
      const key = readPrivateKey(keyPem(PUBLISHED.privateKey, type), "the key");
      assert.equal(publishedKeyProblem(key), IS);
    }
    assert.equal(publishedKeyProblem(PUBLISHED.publicKey), IS);
  });

  it("is never a newly created one", () => {
    assert.equal(publishedKeyProblem(readCertificate(makeLeaf())), undefined);
    assert.equal(publishedKeyProblem(keys("p256").privateKey), undefined);
  });

  it("is not written into a key store, nor is a chain that contains it", () => {
    const alias = "server";
    assert.throws(
      () =>
        writeKeyStore({ alias, privateKeyPem: PUBLISHED_KEY_PEM, chainPem: leaf + ca }, PASSWORD),
      {
        name: "StoreError",
        message: `The certificate of O=MyOrg1MSP ${HAS}. Use a key that was made for you alone.`,
      },
    );
    const privateKeyPem = keyPem(keys("p256").privateKey);
    assert.throws(
      () => writeKeyStore({ alias, privateKeyPem, chainPem: makeLeaf() + ca }, PASSWORD),
      { name: "StoreError", message: /^The certificate of CN=Default CA has the key / },
    );
  });

  it("is not written into a trust store", () => {
    const content = [
      { alias: "g1", certificatePem: makeCa() },
      { alias: "default", certificatePem: ca },
    ];
    assert.throws(() => writeTrustStore(content, PASSWORD), {
      name: "StoreError",
      message: /^The certificate of CN=Default CA has the key /,
    });
  });

  it("is read from a store, and can be queried", () => {
    const bags = [
      makePlainKeyBag(PUBLISHED.privateKey),
      certificateBag(certificateDer(leaf), { alias: "server" }),
      certificateBag(certificateDer(ca), { alias: "default", trusted: true }),
      certificateBag(certificateDer(makeCa()), { alias: "g1", trusted: true }),
    ];
    const content = readPkcs12(makeStore([makePart(bags)], PASSWORD), PASSWORD);
    assert.deepEqual(publishedKeysIn(content), [
      `holds a key that ${IS}`,
      `holds O=MyOrg1MSP, which ${HAS}`,
      `holds CN=Default CA, which ${HAS}`,
    ]);
    assert.deepEqual(publishedKeysIn({ ...content, keys: [], trusted: [] }), []);
  });
});
