import assert from "node:assert/strict";

import * as asn1 from "@peculiar/asn1-x509";

import { admitRequest, checkRequest, publicKeyFingerprint, type Grant } from "../../../x509";
import { keys } from "./make-keys";
import { makeAlternativeNames, makeDnsNames, makeExtension, makeKeyUsage } from "./make-names";
import { makeRequest } from "./make-request";
import { GO_REQUEST, GO_REQUEST_WITH_NAMES, OPENSSL_REQUEST } from "./vectors";

const GRANT: Grant = { organization: "MyOrg1MSP", source: "organizations.MyOrg1MSP" };

function codesOf(pem: string, grant: Grant): string[] {
  return checkRequest(pem, grant).violations.map(({ code }) => code);
}

describe("admitRequest", () => {
  it("admits a request by Go, as @pulumi/tls makes it", () => {
    assert.equal(admitRequest(GO_REQUEST, GRANT).pem, GO_REQUEST);
  });

  it("admits names of every kind that are granted, in whatever form configuration writes an address", () => {
    const grant: Grant = {
      organization: "Société Générale",
      dnsNames: ["*.org-1.example.org", "orchestrator.example.org", "unused.example.org"],
      ipAddresses: ["2001:0DB8:0::1", "10.0.0.1"],
      uris: ["spiffe://example.org/backend"],
      source: "enrollments.bank",
    };
    assert.equal(admitRequest(GO_REQUEST_WITH_NAMES, grant).pem, GO_REQUEST_WITH_NAMES);
  });

  it("refuses OpenSSL's request because of its names, and notes the usages that it ignores", () => {
    const { violations, notes } = checkRequest(OPENSSL_REQUEST, GRANT);
    assert.deepEqual(
      violations.map(({ code }) => code),
      ["dns-name", "ip-address", "email-address"],
    );
    assert.deepEqual(notes, [
      "key usage digitalSignature, keyEncipherment is ignored: usages come from configuration",
      "extended key usage clientAuth is ignored: usages come from configuration",
    ]);
  });

  it("returns the request in canonical PEM, whatever its line ends", () => {
    const mailed = `\uFEFF\r\n${GO_REQUEST.replaceAll("\n", "\r\n")}\r\n`;
    assert.equal(admitRequest(mailed, GRANT).pem, GO_REQUEST);
  });

  it("admits a common name that is not a host, is granted, or is a granted host", () => {
    const named = (name: string) =>
      makeRequest({
        subject: [
          ["O", "MyOrg1MSP"],
          ["CN", name],
        ],
      });
    assert.deepEqual(codesOf(named("Backend of Org 1"), GRANT), []);
    assert.deepEqual(codesOf(named("Société"), GRANT), []);
    const dnsNames = ["org-1.example.org"];
    assert.deepEqual(codesOf(named("org-1.example.org"), { ...GRANT, dnsNames }), []);
    const commonName = "org-2.example.org";
    assert.deepEqual(codesOf(named(commonName), { ...GRANT, commonName }), []);
    assert.deepEqual(codesOf(named("backend"), { ...GRANT, commonName }), ["common-name"]);
  });

  it("admits exactly the kinds of key that the grant lists", () => {
    for (const name of ["p256", "p384", "rsa2048"] as const)
      assert.deepEqual(codesOf(makeRequest({ keys: keys(name) }), GRANT), []);
    const grant: Grant = { ...GRANT, keyAlgorithms: ["Ed25519"] };
    assert.deepEqual(codesOf(makeRequest({ keys: keys("ed25519") }), grant), []);
    assert.deepEqual(codesOf(makeRequest({ keys: keys("p256") }), grant), ["key-algorithm"]);
    assert.deepEqual(codesOf(makeRequest({ keys: keys("p384"), digest: "sha384" }), GRANT), []);
  });

  it("lists what it ignores: usages, extensions and attributes without effect", () => {
    const pem = makeRequest({
      extensions: [
        makeKeyUsage(asn1.KeyUsageFlags.digitalSignature),
        makeExtension("1.2.3.4", Uint8Array.of(5, 0).buffer),
      ],
      attributes: [
        new asn1.Attribute({
          type: "1.2.840.113549.1.9.7",
          values: [Uint8Array.of(0x0c, 1, 0x78).buffer],
        }),
      ],
    });
    const { violations, notes } = checkRequest(pem, GRANT);
    assert.deepEqual(violations, []);
    assert.deepEqual(notes, [
      "key usage digitalSignature is ignored: usages come from configuration",
      'extension "1.2.3.4" is ignored',
      'attribute "1.2.840.113549.1.9.7" of the request is ignored',
    ]);
  });

  it("says what is asked, what is granted and which configuration key decides, for all problems at once", () => {
    const pem = makeRequest({
      subject: [["O", "My\u041Erg1MSP"]],
      extensions: [
        makeDnsNames("evil.example.org", "org-1.example.org"),
        makeAlternativeNames({ iPAddress: "10.0.0.1" }),
      ],
      signer: keys("otherP256"),
    });
    const refusedKeys = { [publicKeyFingerprint(keys("p256").publicKey)]: "MyOrg2MSP" };
    const grant: Grant = { ...GRANT, dnsNames: ["org-1.example.org"], refusedKeys };
    const fingerprint = publicKeyFingerprint(keys("p256").publicKey).slice(0, 16);
    assert.throws(() => admitRequest(pem, grant), {
      name: "RequestRefused",
      message: `the certificate request of organizations.MyOrg1MSP is refused:
  - asks for organization (O) "My\\u{41e}rg1MSP"; organizations.MyOrg1MSP grants exactly "MyOrg1MSP".
  - asks for DNS name "evil.example.org"; organizations.MyOrg1MSP grants "org-1.example.org".
  - asks for IP address "10.0.0.1"; organizations.MyOrg1MSP grants nothing.
  - asks for the key ${fingerprint}…, which is held by "MyOrg2MSP"; organizations.MyOrg1MSP grants a key of its own. Make a new key, and a new request from it.
  - has a key that did not sign the request; accepted: requests signed by their own key. The request was changed after it was signed, or made for somebody else's key.
  - has an extension more than once: "subjectAltName"; accepted: each extension once.`,
    });
  });
});
