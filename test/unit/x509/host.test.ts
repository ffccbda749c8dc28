import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";

import fc from "fast-check";

import {
  canonicalIpAddress,
  coversHost,
  dnsNameProblem,
  isDnsName,
  isIpAddress,
} from "../../../x509";
import { makeLeaf } from "./make-certificate";
import { makeDnsNames } from "./make-names";

describe("dnsNameProblem", () => {
  const expected: Record<string, string | undefined> = {
    "org-1.example.org": undefined,
    localhost: undefined,
    "1.example.org": undefined,
    "xn--bcher-kva.example": undefined,
    [`${"a".repeat(63)}.org`]: undefined,
    "": "is empty",
    "10.0.0.1": "is an IP address",
    "::1": "is an IP address",
    "Org-1.example.org": "has upper-case letters: write it in lower case",
    "example.org.": "ends in a dot",
    "*.example.org": "has a wildcard",
    "a..org": "has an empty label",
    ".org": "has an empty label",
    [`${"a".repeat(64)}.org`]: "has a label longer than 63 characters",
    [`${"a.".repeat(127)}org`]: "is longer than 253 characters",
    org_1: "has characters other than letters, digits, hyphens and dots",
    "bücher.example": "has characters other than letters, digits, hyphens and dots",
    "example.org:443": "has characters other than letters, digits, hyphens and dots",
    "-a.org": "has a label that begins or ends with a hyphen",
    "a-.org": "has a label that begins or ends with a hyphen",
    "10.0.0.256": "ends in a label of digits alone",
    "0177.0.0.1": "ends in a label of digits alone",
  };
  for (const [name, problem] of Object.entries(expected))
    it(`${JSON.stringify(name.slice(0, 40))} ${problem ?? "is a host name"}`, () => {
      assert.equal(dnsNameProblem(name), problem);
      assert.equal(isDnsName(name), problem === undefined);
    });
});

describe("canonicalIpAddress", () => {
  const expected: Record<string, string | undefined> = {
    "10.0.0.1": "10.0.0.1",
    "255.255.255.255": "255.255.255.255",
    "2001:0DB8:0:0::1": "2001:db8::1",
    "::ffff:10.0.0.1": "::ffff:a00:1",
    "::": "::",
    "256.0.0.1": undefined,
    "010.0.0.1": undefined,
    "1.2.3": undefined,
    "0x7f.0.0.1": undefined,
    "fe80::1%eth0": undefined,
    "[::1]": undefined,
    "10.0.0.0/8": undefined,
    ":": undefined,
    "1:2:3:4:5:6:7:8:9": undefined,
    "a:443": undefined,
    "example.org": undefined,
  };
  for (const [text, canonical] of Object.entries(expected))
    it(`${text} is ${canonical ?? "not an IP address"}`, () => {
      assert.equal(canonicalIpAddress(text), canonical);
      assert.equal(isIpAddress(text), canonical !== undefined);
    });
});

describe("coversHost", () => {
  const rows: readonly (readonly [names: readonly string[], host: string, covered: boolean])[] = [
    [["a.example.org"], "a.example.org", true],
    [["A.example.org"], "a.EXAMPLE.org", true],
    [["a.example.org"], "a.example.org.", true],
    [["a.example.org"], "b.a.example.org", false],
    [["b.example.org", "a.example.org"], "a.example.org", true],
    [["*.example.org"], "a.example.org", true],
    [["*.example.org"], "example.org", false],
    [["*.example.org"], ".example.org", false],
    [["*.example.org"], "a.b.example.org", false],
    [["*.org"], "example.org", false],
    [["*"], "localhost", false],
    [["a*.example.org"], "ab.example.org", false],
    [["a.*.org"], "a.example.org", false],
    [["*.*.org"], "a.example.org", false],
    [["*.example.org"], "*.example.org", false],
    [["a_b.example.org"], "a_b.example.org", true],
    [["10.0.0.1"], "10.0.0.1", false],
    [[], "a.example.org", false],
    [[""], "", false],
  ];
  for (const [names, host, covered] of rows)
    it(`[${names.join(", ")}] ${covered ? "covers" : "does not cover"} ${host}`, () => {
      assert.equal(coversHost(names, host), covered);
    });

  it("covers an IP address by IP names only, in any of its forms", () => {
    const names = { dnsNames: ["10.0.0.2"], ipAddresses: ["10.0.0.1", "2001:db8::1"] };
    assert.equal(coversHost(names, "10.0.0.1"), true);
    assert.equal(coversHost(names, "10.0.0.2"), false);
    assert.equal(coversHost(names, "2001:DB8:0::1"), true);
    assert.equal(coversHost(names, "[2001:db8::1]"), true);
  });

  it("agrees with OpenSSL (through Node) on any names", () => {
    const label = fc.constantFrom("a", "b", "xn--a", "*", "a*");
    const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
    const host = name.filter((text) => !text.includes("*"));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 2 }), host, (dnsNames, dialled) => {
        const pem = makeLeaf({
          subject: [["CN", "a.b"]],
          extensions: [makeDnsNames(...dnsNames)],
        });
        const openssl = new X509Certificate(pem).checkHost(dialled, {
          subject: "never",
          partialWildcards: false,
        });
        assert.equal(coversHost(dnsNames, dialled), openssl !== undefined);
      }),
      { numRuns: 150 },
    );
  });
});
