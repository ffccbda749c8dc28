import assert from "node:assert/strict";
import { CannotStart } from "../../../../cli/fleet/failure";
import { selectStacks } from "../../../../cli/fleet/select";

const stacks = ["consortium", "org-1", "org-2", "org-10", "org.1"].map((name) => ({ name }));
const select = (...patterns: string[]) => selectStacks(stacks, patterns).map(({ name }) => name);

describe("the selection of stacks", () => {
  it("is all of them without a pattern", () => {
    assert.equal(selectStacks(stacks), stacks);
  });

  it("is by name or pattern, in the order of the stacks", () => {
    assert.deepEqual(select("org-2", "consortium"), ["consortium", "org-2"]);
    assert.deepEqual(select("org-*"), ["org-1", "org-2", "org-10"]);
    assert.deepEqual(select("org-?"), ["org-1", "org-2"]);
    assert.deepEqual(select("org.1"), ["org.1"]);
  });

  it("refuses a pattern that chooses none", () => {
    assert.throws(
      () => select("org-1", "org"),
      new CannotStart(
        "--select org chooses no stack; there are consortium, org-1, org-2, org-10, org.1",
      ),
    );
  });
});
