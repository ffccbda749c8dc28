import assert from "node:assert/strict";

import { CertBag, SafeBag, id_SecretBag, id_certBag } from "@peculiar/asn1-pfx";
import { AsnConvert } from "@peculiar/asn1-schema";

import { readCertificate, readPkcs12, writeKeyStore, writeTrustStore } from "../../../x509";
import { certificateBag } from "../../../x509/pkcs12/write";
import { makeCa, makeLeaf } from "./make-certificate";
import { keys } from "./make-keys";
import {
  certificateDer,
  encodeInPieces,
  encodeOctets,
  keyPem,
  makePart,
  makePlainKeyBag,
  makeStore,
} from "./make-pkcs12";
import * as vectors from "./pkcs12-vectors";
import { GO_CA, GO_LEAF } from "./vectors";

const PASSWORD = "changeit";
const key = keys("p256").privateKey;
const leaf = makeLeaf({ issuer: [["CN", "Intermediate"]], authorityKeyId: "02" });
const intermediate = makeCa({ subject: [["CN", "Intermediate"]], subjectKeyId: "02" });
const root = makeCa();

describe("readPkcs12", () => {
  for (const name of ["rsa2048", "p256", "p384", "ed25519"] as const)
    it(`reads back a store with the ${name} key and its chain`, () => {
      const pair = keys(name);
      const chainPem = makeLeaf({ keys: pair }) + root;
      const privateKeyPem = keyPem(pair.privateKey);
      const store = writeKeyStore({ alias: "Server", privateKeyPem, chainPem }, PASSWORD);
      assert.deepEqual(readPkcs12(store, PASSWORD), {
        keys: [{ alias: "server", privateKeyPem, chainPem }],
        trusted: [],
        others: [],
      });
    });

  it("reads back a trust store", () => {
    const anchors = [
      { alias: "a", certificatePem: GO_CA },
      { alias: "b", certificatePem: root },
    ];
    assert.deepEqual(readPkcs12(writeTrustStore(anchors, PASSWORD), PASSWORD), {
      keys: [],
      trusted: anchors,
      others: [],
    });
  });

  it("reads a trust store of keytool, and what OpenSSL wrote in three ways", () => {
    const certificatePem = readCertificate(GO_CA).pem;
    assert.deepEqual(readPkcs12(vectors.KEYTOOL_TRUST_STORE, PASSWORD), {
      keys: [],
      trusted: [{ alias: "Consortium", certificatePem }],
      others: [],
    });
    for (const name of ["OPENSSL_AES_128", "OPENSSL_TRIPLE_DES", "OPENSSL_UNENCRYPTED"] as const) {
      const { trusted, others } = readPkcs12(vectors[name], PASSWORD);
      assert.deepEqual(
        [trusted, others.map((each) => each.certificatePem)],
        [[], [certificatePem]],
      );
    }
  });

  it("builds a chain by key and issuer if nothing else links the certificates", () => {
    const certificates = [root, GO_LEAF, intermediate, leaf].map((pem) =>
      certificateBag(certificateDer(pem), {}),
    );
    const store = makeStore([makePart([...certificates, makePlainKeyBag(key)])], PASSWORD);
    assert.deepEqual(readPkcs12(store, PASSWORD), {
      keys: [{ privateKeyPem: keyPem(key), chainPem: leaf + intermediate + root }],
      trusted: [],
      others: [{ certificatePem: readCertificate(GO_LEAF).pem }],
    });
  });

  it("prefers the key's ID, ends a circular chain, and accepts a key without a chain", () => {
    const localKeyId = Buffer.from("Time 1");
    const bagOfKey = makePlainKeyBag(key);
    const linked = certificateBag(certificateDer(leaf), { localKeyId });
    Object.assign(bagOfKey, { bagAttributes: linked.bagAttributes });
    const bags = [certificateBag(certificateDer(makeLeaf()), {}), linked];
    const inLoop = makeCa({
      subject: [["CN", "Intermediate"]],
      subjectKeyId: "02",
      issuer: [["CN", "Loop"]],
    });
    const loop = makeCa({
      subject: [["CN", "Loop"]],
      issuer: [["CN", "Intermediate"]],
      authorityKeyId: "02",
    });
    const chain = [inLoop, loop].map((pem) => certificateBag(certificateDer(pem), {}));
    const read = (more: SafeBag[]) =>
      readPkcs12(makeStore([makePart([bagOfKey, ...more])], PASSWORD), PASSWORD).keys[0]?.chainPem;
    assert.equal(read([...bags, ...chain]), leaf + inLoop + loop);
    assert.equal(read([]), "");
  });

  it("reads octets in pieces, and ignores bags that Java ignores too", () => {
    const secret = new SafeBag({ bagId: id_SecretBag, bagValue: encodeOctets(Buffer.from("x")) });
    const sdsi = new CertBag({ certId: "1.2.840.113549.1.9.22.2", certValue: secret.bagValue });
    const strange = new SafeBag({ bagId: id_certBag, bagValue: AsnConvert.serialize(sdsi) });
    const trusted = certificateBag(certificateDer(GO_CA), { alias: "ca", trusted: true });
    const part = makePart([secret, strange, trusted]);
    const store = makeStore([part], PASSWORD, { octets: encodeInPieces });
    assert.deepEqual(
      readPkcs12(store, PASSWORD).trusted.map(({ alias }) => alias),
      ["ca"],
    );
  });
});
