import assert from "node:assert/strict";
import { clashOf } from "../../../../cli/fleet/stacks";

const URL = "postgres://db/state";

describe("the names of stacks in a PostgreSQL backend", () => {
  const rows: [string, readonly string[], string | undefined][] = [
    ["org_1", ["consortium", "org-1"], "org-1"],
    ["org-1", ["org_1"], "org_1"],
    ["org-12", ["org_1"], "org_1"], // found by the prefix
    ["org_12", ["org_1", "org_123"], undefined],
    ["org_1", ["org-", "Org-1"], undefined],
    ["a_b_c", ["a.b_c"], "a.b_c"],
  ];
  for (const [name, existing, clash] of rows) {
    it(`${clash === undefined ? "allow" : "refuse"} ${name} beside ${existing.join(" and ")}`, () => {
      assert.equal(clashOf(name, existing, URL), clash);
    });
  }

  it("matter in no other backend", () => {
    for (const url of [undefined, "s3://states", "file:///srv/state"]) {
      assert.equal(clashOf("org_1", ["org-1"], url), undefined);
    }
  });
});
