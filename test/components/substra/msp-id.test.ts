import assert from "node:assert/strict";
import fc from "fast-check";
import {
  MAX_KEBAB_LENGTH,
  kebabCase,
  mspIdCollisions,
  mspIdProblem,
} from "../../../components/substra/msp-id";

describe("mspIdProblem", () => {
  for (const mspId of ["MyOrg1MSP", "Org2go", "org-a", "123", "A", "a".repeat(32)])
    it(`accepts ${mspId}`, () => {
      assert.equal(mspIdProblem(mspId), undefined);
    });

  const charset =
    "may contain only ASCII letters, digits and hyphens, because the orchestrator chart derives a volume name from it";
  const table: [string, string][] = [
    ["", `MSP ID "" ${charset}`],
    ["my.org", `MSP ID "my.org" ${charset}`],
    ["Org A", `MSP ID "Org A" ${charset}`],
    ["org_a", `MSP ID "org_a" ${charset}`],
    ["Société", `MSP ID "Soci\\u{e9}t\\u{e9}" ${charset}`],
    ["a/b", `MSP ID "a/b" ${charset}`],
    ["Org1\n", `MSP ID "Org1\\u{a}" ${charset}`],
    ["-Org", 'MSP ID "-Org" may not begin or end with a hyphen: Kubernetes names do not'],
    ["Org-", 'MSP ID "Org-" may not begin or end with a hyphen: Kubernetes names do not'],
    [
      "a".repeat(33),
      `MSP ID "${"a".repeat(33)}" is too long: the orchestrator chart writes it as "${"a".repeat(33)}", 33 characters, and has room for 32`,
    ],
    [
      "AnOrganizationWith28LettersMSP",
      'MSP ID "AnOrganizationWith28LettersMSP" is too long: the orchestrator chart writes it as "an-organization-with28-letters-msp", 34 characters, and has room for 32',
    ],
  ];
  for (const [mspId, message] of table)
    it(`refuses ${JSON.stringify(mspId)}`, () => {
      assert.equal(mspIdProblem(mspId), message);
    });

  it("accepts only what makes a volume name", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9-]{1,40}$/)), (mspId) => {
        if (mspIdProblem(mspId) !== undefined) return;
        const volume = `orchestrator-tls-client-cacert-${kebabCase(mspId)}`;
        assert.match(volume, /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
      }),
    );
  });

  it("has room for 32 characters", () => {
    assert.equal(MAX_KEBAB_LENGTH, 32);
  });
});

describe("mspIdCollisions", () => {
  it("finds no collision between different names", () => {
    assert.deepEqual(mspIdCollisions(["MyOrg1MSP", "MyOrg2MSP", "MyOrg12MSP"]), new Map());
  });

  it("names both of two that the chart cannot distinguish", () => {
    assert.deepEqual(
      mspIdCollisions(["OrgA", "Other", "org-a", "Org-A"]),
      new Map([
        [
          "org-a",
          'MSP IDs "OrgA" and "org-a" are both "org-a" to the orchestrator chart; rename one of them',
        ],
        [
          "Org-A",
          'MSP IDs "OrgA" and "Org-A" are both "org-a" to the orchestrator chart; rename one of them',
        ],
      ]),
    );
  });
});
