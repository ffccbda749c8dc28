import assert from "node:assert/strict";

import { readCertificate, readCertificates, toPem } from "../../../x509";
import { makeLeaf } from "./make-certificate";
import { GO_CA, GO_LEAF, GO_REQUEST } from "./vectors";

const CA_KEY_ID = "e3c41d07375f274fd19141e9e6345d35e78aa2b6";

describe("readCertificate", () => {
  it("reads a leaf by Go", () => {
    const { subject, issuer, ...rest } = readCertificate(GO_LEAF);
    assert.equal(subject.text, "O=MyOrg1MSP, CN=backend");
    assert.deepEqual(subject.organizations, ["MyOrg1MSP"]);
    assert.equal(issuer.text, "O=Consortium, CN=Consortium CA g1");
    assert.equal(issuer.der, readCertificate(GO_CA).subject.der);
    assert.deepEqual(rest, {
      pem: GO_LEAF,
      version: 3,
      serialNumber: "7f01",
      signatureAlgorithm: "ecdsa-with-SHA384",
      notBefore: new Date("2021-01-01T00:00:00Z"),
      notAfter: new Date("2049-12-31T23:59:59Z"),
      dnsNames: ["orchestrator.example.org"],
      ipAddresses: ["10.0.0.1"],
      uris: ["spiffe://example.org/backend"],
      emailAddresses: [],
      otherNames: 0,
      extensions: [
        { oid: "2.5.29.15", name: "keyUsage", critical: true },
        { oid: "2.5.29.37", name: "extendedKeyUsage", critical: false },
        { oid: "2.5.29.19", name: "basicConstraints", critical: true },
        { oid: "2.5.29.14", name: "subjectKeyIdentifier", critical: false },
        { oid: "2.5.29.35", name: "authorityKeyIdentifier", critical: false },
        { oid: "2.5.29.17", name: "subjectAltName", critical: false },
      ],
      isCa: false,
      keyUsages: ["digitalSignature"],
      extendedKeyUsages: ["serverAuth", "clientAuth", "1.3.6.1.5.5.7.3.3"],
      subjectKeyId: "01020304",
      authorityKeyId: CA_KEY_ID,
      keyAlgorithm: "ECDSA-P256",
      publicKeyFingerprint: "4a8614ef80a79f0d82484486c4723a9f4730108c6872b1eaf066e79e8d375c2a",
      fingerprint: "abe081410fd6a429c5c162eef923355ceacf8244f59977619b5d613a55e8ad43",
    });
  });

  it("reads a CA by Go, beyond the year 2050", () => {
    const ca = readCertificate(GO_CA);
    assert.equal(ca.isCa, true);
    assert.equal(ca.pathLength, 1);
    assert.deepEqual(ca.keyUsages, ["keyCertSign", "cRLSign"]);
    assert.deepEqual(ca.extendedKeyUsages, []);
    assert.equal(ca.subjectKeyId, CA_KEY_ID);
    assert.equal(ca.authorityKeyId, undefined);
    assert.equal(ca.serialNumber, "beef01");
    assert.equal(ca.notAfter.toISOString(), "2060-01-02T03:04:05.000Z");
    assert.equal(ca.keyAlgorithm, "ECDSA-P384");
  });

  it("refuses a request, two certificates, and a block that is not a certificate", () => {
    assert.throws(() => readCertificate(GO_REQUEST, "ca.crt"), {
      name: "PemError",
      message: "ca.crt: a CERTIFICATE REQUEST block instead of a CERTIFICATE.",
    });
    assert.throws(
      () => readCertificate(GO_CA + GO_CA),
      /2 CERTIFICATE blocks, expected exactly one/,
    );
    assert.throws(() => readCertificate(toPem("CERTIFICATE", Buffer.of(0x30, 0)), "ca.crt"), {
      name: "PemError",
      message: "ca.crt: a CERTIFICATE block whose content is not a certificate.",
    });
  });

  it("refuses data after the certificate", () => {
    const der = Buffer.from(makeLeaf().replace(/-----.*-----/g, ""), "base64");
    const more = toPem("CERTIFICATE", Buffer.concat([der, Buffer.of(0)]));
    assert.throws(() => readCertificate(more), /not a certificate/);
  });
});

describe("readCertificates", () => {
  it("reads a bundle in its order and says which one is damaged", () => {
    const serials = readCertificates(GO_LEAF + GO_CA).map(({ serialNumber }) => serialNumber);
    assert.deepEqual(serials, ["7f01", "beef01"]);
    const damaged = toPem("CERTIFICATE", Buffer.of(0x30, 0));
    assert.throws(
      () => readCertificates(GO_CA + damaged, "ca.crt"),
      /^PemError: ca\.crt, certificate 2:/,
    );
  });
});
