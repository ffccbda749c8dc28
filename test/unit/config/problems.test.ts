import assert from "node:assert/strict";
import { ConfigError, loadConfig } from "../../../config";
import { COMMANDS } from "../../../systems/commands";
import { keyOf, shown } from "../../../config/problems";
import { GOOD, goodExcept, load, problemsOf } from "./make-config";

describe("ConfigError", () => {
  it("lists every problem of every section with its key", () => {
    const sections = goodExcept({
      "authority/subject/commonName": undefined,
      "authority/generations/g1/state": "retired",
      "orchestrator/hostname": "https://orchestrator.example",
      "organizations/MyOrg1MSP/hostname": 5,
      "organizations/MyOrg2MSP/hostnames": [],
      enrolments: {},
    });
    assert.throws(
      () => load(sections),
      new ConfigError([
        {
          key: "enrolments",
          message:
            "is not a known section; the known sections are authority, orchestrator, organizations, enrollments, spinnaker, choreo, choreoConnect, services, clusterDomain",
        },
        { key: "authority.subject.commonName", message: "is missing; it must be a text" },
        {
          key: "authority.generations.g1.state",
          message: 'found "retired"; must be one of trusted, signing',
        },
        {
          key: "orchestrator.hostname",
          message:
            'found "https://orchestrator.example"; write a host name in lower case, without scheme, port or wildcard',
        },
        { key: "organizations.MyOrg1MSP.hostname", message: "found 5; must be a text" },
        {
          key: "organizations.MyOrg2MSP.hostnames",
          message:
            "is not a known key; the known keys are createNamespace, timeout, namespace, releaseName, hostname, ingressClassName, organizationName, orchestrator, channels, signedBy, certificate, database, chart, values",
        },
      ]),
    );
  });

  it("has a message with a line for each problem", () => {
    const one = { key: "orchestrator.hostname", message: "found 5; must be a text" };
    assert.equal(
      new ConfigError([one]).message,
      "The configuration has a problem; nothing was changed:\n" +
        "  countersign:orchestrator.hostname: found 5; must be a text",
    );
    assert.equal(
      new ConfigError([one, { key: "authority", message: "is missing" }]).message,
      "The configuration has 2 problems; nothing was changed:\n" +
        "  countersign:orchestrator.hostname: found 5; must be a text\n" +
        "  countersign:authority: is missing",
    );
  });
});

describe("a section", () => {
  const known =
    "the known sections are authority, orchestrator, organizations, enrollments, spinnaker, choreo, choreoConnect, services, clusterDomain";
  for (const section of ["organisations", "toString", "constructor", "Authority", ""])
    it(`is refused with the name ${JSON.stringify(section)}`, () => {
      assert.deepEqual(problemsOf({ ...GOOD, [section]: {} }), [
        `${section}: is not a known section; ${known}`,
      ]);
    });

  it("is refused with the name __proto__, which is not an ordinary key of plain objects", () => {
    const values = JSON.parse('{"countersign:__proto__": "{}"}') as Record<string, string>;
    assert.throws(
      () => loadConfig(values, COMMANDS),
      /countersign:__proto__: is not a known section/,
    );
  });

  it("is read only under the project's name", () => {
    const values = { "kubernetes:context": "dev", "other:authority": "{}", authority: "{}" };
    assert.throws(() => loadConfig(values, COMMANDS), /countersign:authority: is missing/);
  });

  it("is required: a stack without any has nothing to deploy", () => {
    assert.deepEqual(problemsOf({}), [
      "authority: is missing, and so is every other section, so the stack has nothing to deploy (see docs/configuration.md)",
    ]);
  });

  it("is refused if it is anything but a map", () => {
    for (const [value, found] of [
      ["plain text", "a text of 10 characters"],
      ["", "a text of 0 characters"],
      ["{broken", "a text of 7 characters"],
      [[], "a list"],
      [5, "a number"],
      [null, "no value"],
    ] as const)
      assert.deepEqual(problemsOf({ authority: value }), [
        `authority: found ${found}; must be a map`,
      ]);
  });
});

describe("keyOf", () => {
  const table: [(string | number)[], string][] = [
    [["organizations", "MyOrg1MSP", "hostname"], "organizations.MyOrg1MSP.hostname"],
    [["organizations", "my-org_1"], "organizations.my-org_1"],
    [["organizations", "my.org", "hostname"], 'organizations["my.org"].hostname'],
    [["organizations", "Société"], 'organizations["Société"]'],
    [["organizations", 'a"b'], 'organizations["a\\"b"]'],
    // Pulumi reads bare brackets as a position in a list.
    [["organizations", "123", "hostname"], 'organizations["123"].hostname'],
    [["orchestrator", "dnsNames", 0], "orchestrator.dnsNames[0]"],
  ];
  for (const [path, key] of table)
    it(`writes ${key} as pulumi config set --path expects it`, () => {
      assert.equal(keyOf(path), key);
    });
});

describe("shown", () => {
  const table: [unknown, string][] = [
    ["MyOrg", '"MyOrg"'],
    ["My\u041Erg", '"My\\u{41e}rg"'],
    [true, "true"],
    [1.5, "1.5"],
    [null, "no value"],
    [[1], "a list"],
    [{ a: 1 }, "a map"],
    ["a".repeat(60), `"${"a".repeat(60)}"`],
    // The following values may be secrets in the wrong place.
    ["a".repeat(61), "a text of 61 characters"],
    ["-----BEGIN", "a text of 10 characters"],
    ["two\nlines", "a text of 9 characters"],
    ["https://me:pass@charts.example", '"https://***@charts.example"'],
  ];
  for (const [value, text] of table)
    it(`shows ${JSON.stringify(value)} as ${text}`, () => {
      assert.equal(shown(value), text);
    });
});
