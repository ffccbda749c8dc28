import assert from "node:assert/strict";

import { readCertificateRequest } from "../../../x509";
import { GO_REQUEST, GO_REQUEST_WITH_NAMES, OPENSSL_REQUEST } from "./vectors";

describe("readCertificateRequest", () => {
  it("reads a request by Go", () => {
    assert.deepEqual(readCertificateRequest(GO_REQUEST), {
      pem: GO_REQUEST,
      version: "0",
      subject: {
        attributes: [
          { oid: "2.5.4.10", name: "O", stringType: "PrintableString", value: "MyOrg1MSP" },
          { oid: "2.5.4.3", name: "CN", stringType: "PrintableString", value: "backend" },
        ],
        organizations: ["MyOrg1MSP"],
        commonNames: ["backend"],
        multiValued: false,
        text: "O=MyOrg1MSP, CN=backend",
        der: "302631123010060355040a13094d794f7267314d53503110300e060355040313076261636b656e64",
      },
      dnsNames: [],
      ipAddresses: [],
      uris: [],
      emailAddresses: [],
      otherNames: 0,
      extensions: [],
      isCa: false,
      keyUsages: [],
      extendedKeyUsages: [],
      keyAlgorithm: "ECDSA-P256",
      keyIsCanonical: true,
      publicKeyFingerprint: "4a8614ef80a79f0d82484486c4723a9f4730108c6872b1eaf066e79e8d375c2a",
      signatureAlgorithm: "ecdsa-with-SHA256",
      provesPossession: true,
      otherAttributes: [],
      extensionRequests: 0,
      fingerprint: "0a49590df49f5be3652cefaf90d272897c8321679125874c27be5884083c868c",
    });
  });

  it("reads names of every kind", () => {
    const request = readCertificateRequest(GO_REQUEST_WITH_NAMES);
    assert.deepEqual(request.subject.attributes, [
      { oid: "2.5.4.10", name: "O", stringType: "UTF8String", value: "Société Générale" },
    ]);
    assert.equal(request.subject.text, String.raw`O="Soci\u{e9}t\u{e9} G\u{e9}n\u{e9}rale"`);
    assert.deepEqual(request.dnsNames, ["orchestrator.example.org", "*.org-1.example.org"]);
    assert.deepEqual(request.ipAddresses, ["10.0.0.1", "2001:db8::1"]);
    assert.deepEqual(request.uris, ["spiffe://example.org/backend"]);
    assert.equal(request.provesPossession, true);
  });

  it("reads requested extensions and an RSA key by OpenSSL", () => {
    const request = readCertificateRequest(OPENSSL_REQUEST);
    assert.deepEqual(request.extensions, [
      { oid: "2.5.29.17", name: "subjectAltName", critical: false },
      { oid: "2.5.29.15", name: "keyUsage", critical: true },
      { oid: "2.5.29.37", name: "extendedKeyUsage", critical: false },
      { oid: "2.5.29.19", name: "basicConstraints", critical: false },
      { oid: "2.5.29.14", name: "subjectKeyIdentifier", critical: false },
    ]);
    assert.deepEqual(request.ipAddresses, ["::1"]);
    assert.deepEqual(request.emailAddresses, ["a@example.org"]);
    assert.deepEqual(request.keyUsages, ["digitalSignature", "keyEncipherment"]);
    assert.deepEqual(request.extendedKeyUsages, ["clientAuth"]);
    assert.equal(request.isCa, false);
    assert.equal(request.keyAlgorithm, "RSA-2048");
    assert.equal(request.signatureAlgorithm, "sha256WithRSAEncryption");
    assert.equal(request.subjectKeyId, "1bf8465f5e9a48eb77f1ceb2b0a013299ca514fa");
    assert.equal(request.provesPossession, true);
  });

  it("says which part it could not read", () => {
    assert.throws(() => readCertificateRequest("nothing", "organizations.MyOrg1MSP.csr"), {
      name: "PemError",
      message: /^organizations\.MyOrg1MSP\.csr holds no PEM block/,
    });
  });
});
