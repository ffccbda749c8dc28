import assert from "node:assert/strict";

import * as asn1 from "@peculiar/asn1-x509";

import {
  checkChain,
  checkIssuedBy,
  readCertificate,
  type Certificate,
  type ChainOptions,
} from "../../../x509";
import { makeCa, makeLeaf, type CertificateOptions } from "./make-certificate";
import { keys } from "./make-keys";
import { makeDnsNames, makeExtension } from "./make-names";
import { GO_CA, GO_LEAF } from "./vectors";

const OPTIONS: ChainOptions = { at: new Date("2025-06-01T00:00:00Z"), purpose: "clientAuth" };

function leaf(options: CertificateOptions = {}): Certificate {
  return readCertificate(makeLeaf(options));
}

function ca(options: CertificateOptions = {}): Certificate {
  return readCertificate(makeCa(options));
}

function codes(
  certificate: Certificate,
  roots: Certificate[],
  options: Partial<ChainOptions> = {},
) {
  return checkChain(certificate, roots, { ...OPTIONS, ...options }).map(({ code }) => code);
}

describe("checkIssuedBy", () => {
  it("finds nothing wrong with what Go issues", () => {
    const [issued, issuer] = [readCertificate(GO_LEAF), readCertificate(GO_CA)];
    assert.deepEqual(checkIssuedBy(issued, issuer), []);
    const options = { ...OPTIONS, host: "orchestrator.example.org" };
    assert.deepEqual(checkChain(issued, [issuer], options), []);
  });

  it("distinguishes another name from another key with the same name", () => {
    const other = ca({ subject: [["CN", "Other CA"]] });
    const remade = ca({ keys: keys("otherP256"), subjectKeyId: "cb" });
    assert.deepEqual(checkIssuedBy(leaf(), other), [
      {
        code: "unknown-issuer",
        message: "the certificate's issuer is CN=Test CA, not CN=Other CA.",
      },
    ]);
    assert.deepEqual(checkIssuedBy(leaf(), remade), [
      {
        code: "signature",
        message:
          "the certificate names CN=Test CA as its issuer but is signed by another key: a CA of the same name?",
      },
      {
        code: "key-id",
        message: "the certificate's authority key identifier ca is not that of CA CN=Test CA, cb.",
      },
    ]);
  });

  it("compares names by their bytes, as Go does", () => {
    const printable = ca({ subject: [["CN", { printableString: "Test CA" }]] });
    assert.deepEqual(checkIssuedBy(leaf(), printable)[0]?.code, "unknown-issuer");
  });
});

describe("checkChain", () => {
  it("finds nothing wrong with a good chain", () => {
    const named = leaf({ extensions: [makeDnsNames("a.example.org")] });
    const options = { purpose: "serverAuth", host: "a.example.org" } as const;
    assert.deepEqual(codes(named, [ca()], options), []);
  });

  const NO_USAGE = asn1.KeyUsageFlags.cRLSign;
  const NO_PURPOSE = makeExtension(asn1.id_ce_extKeyUsage, new asn1.ExtendedKeyUsage([]));
  const rows: Record<string, readonly [string[], CertificateOptions, CertificateOptions]> = {
    "an expired leaf": [["expired"], { notAfter: "2025-05-01T00:00:00Z" }, {}],
    "a leaf not yet valid": [["not-yet-valid"], { notBefore: "2025-06-02T00:00:00Z" }, {}],
    "an expired CA": [["outlives-ca", "ca-expired"], {}, { notAfter: "2025-05-31T00:00:00Z" }],
    "a CA not yet valid": [["ca-not-yet-valid"], {}, { notBefore: "2025-07-01T00:00:00Z" }],
    "a leaf that outlives its CA": [["outlives-ca"], {}, { notAfter: "2025-12-31T00:00:00Z" }],
    "a CA without keyCertSign": [["key-cert-sign"], {}, { keyUsage: NO_USAGE }],
    "a CA without subject key identifier": [["key-id-missing"], {}, { subjectKeyId: null }],
    "a leaf without authority key identifier": [["key-id-missing"], { authorityKeyId: null }, {}],
    "another authority key identifier": [["key-id"], { authorityKeyId: "cb" }, {}],
    "a leaf for servers only": [["purpose"], { purposes: [asn1.id_kp_serverAuth] }, {}],
    "a leaf without extended key usage": [[], { purposes: [] }, {}],
    "a leaf with an empty one": [["purpose"], { purposes: [], extensions: [NO_PURPOSE] }, {}],
    "a leaf for any purpose": [[], { purposes: ["2.5.29.37.0"] }, {}],
    "a CA for servers only": [["purpose"], {}, { purposes: [asn1.id_kp_serverAuth] }],
    "a CA with an empty extended key usage": [["purpose"], {}, { extensions: [NO_PURPOSE] }],
    "a leaf that may not sign": [
      ["key-usage"],
      { keyUsage: asn1.KeyUsageFlags.keyEncipherment },
      {},
    ],
    "a leaf of a CA with another name": [["unknown-issuer"], { issuer: [["CN", "Other CA"]] }, {}],
    "a signature by another key": [["signature"], { signer: keys("otherP256") }, {}],
  };
  for (const [name, [expected, leafOptions, caOptions]] of Object.entries(rows))
    it(`finds ${expected.join(", ") || "nothing"} for ${name}`, () => {
      assert.deepEqual(codes(leaf(leafOptions), [ca(caOptions)]), expected);
    });

  it("says what is wrong with an empty extended key usage, which RFC 5280 does not allow", () => {
    const empty = leaf({ purposes: [], extensions: [NO_PURPOSE] });
    assert.deepEqual(checkChain(empty, [ca()], OPTIONS), [
      {
        code: "purpose",
        message:
          "the certificate is for nothing (its extended key usage is empty), not for clientAuth.",
      },
    ]);
  });

  it("takes the last second as valid and the next as expired", () => {
    const until = { notAfter: "2025-06-01T00:00:00Z" };
    assert.deepEqual(codes(leaf(until), [ca()]), []);
    assert.deepEqual(codes(leaf(until), [ca()], { at: new Date("2025-06-01T00:00:01Z") }), [
      "expired",
    ]);
  });

  it("finds a leaf that was signed by another leaf", () => {
    const signer = leaf({ keys: keys("otherP256"), subjectKeyId: "02" });
    const below = leaf({
      issuer: [["O", "MyOrg1MSP"]],
      signer: keys("otherP256"),
      authorityKeyId: "02",
    });
    assert.deepEqual(codes(below, [signer]), ["not-a-ca"]);
  });

  it("names the hosts that a certificate is for", () => {
    const named = leaf({ extensions: [makeDnsNames("a.example.org")] });
    assert.deepEqual(checkChain(named, [ca()], { ...OPTIONS, host: "b.example.org" }), [
      {
        code: "host",
        message: 'the certificate is for "a.example.org", not for "b.example.org".',
      },
    ]);
  });

  it("picks the right generation among CAs of one name, in any order", () => {
    const other = ca({ keys: keys("otherP256"), subjectKeyId: "cb" });
    assert.deepEqual(codes(leaf(), [other, ca()]), []);
    assert.deepEqual(codes(leaf(), [ca(), other]), []);
    assert.deepEqual(codes(leaf(), [other]), ["signature", "key-id"]);
    const expired = ca({ notAfter: "2025-02-01T00:00:00Z" });
    const early = leaf({ notAfter: "2025-01-31T00:00:00Z" });
    assert.deepEqual(codes(early, [expired, ca()]), ["expired"]);
  });

  it("lists the trusted CAs, even if there are none", () => {
    assert.deepEqual(checkChain(leaf(), [], OPTIONS), [
      {
        code: "unknown-issuer",
        message: "its issuer CN=Test CA is not trusted; trusted: nothing.",
      },
    ]);
  });

  it("follows and counts intermediates, and stops in a loop of them", () => {
    const root = ca({ subject: [["CN", "Root"]], issuer: [["CN", "Root"]], subjectKeyId: "00" });
    const below = { issuer: [["CN", "Root"]] as const, authorityKeyId: "00" };
    const middle = ca({ ...below, keys: keys("otherP256"), signer: keys("p384") });
    const end = leaf({ signer: keys("otherP256") });
    assert.deepEqual(codes(end, [root], { intermediates: [middle] }), []);
    assert.deepEqual(codes(end, [root]), ["unknown-issuer"]);
    const short = ca({
      subject: [["CN", "Root"]],
      issuer: [["CN", "Root"]],
      subjectKeyId: "00",
      ca: { pathLength: 0 },
    });
    assert.deepEqual(codes(end, [short], { intermediates: [middle] }), ["path-length"]);
    const loop = ca({ keys: keys("p384") });
    assert.deepEqual(codes(leaf(), [root], { intermediates: [loop] }), ["unknown-issuer"]);
  });
});
