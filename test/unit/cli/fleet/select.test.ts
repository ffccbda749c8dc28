import assert from "node:assert/strict";
import { CannotStart } from "../../../../cli/fleet/failure";
import { selectStacks } from "../../../../cli/fleet/stack-folder";

const stacks = ["consortium", "org-1", "org-2", "org-10", "org.1"].map((name) => ({ name }));
const select = (...patterns: string[]) => selectStacks(stacks, patterns).map(({ name }) => name);

describe("the selection of stacks", () => {
  it("contains all stacks if there is no pattern", () => {
    assert.equal(selectStacks(stacks), stacks);
  });

  it("is made by name or pattern, in the order of the stacks", () => {
    assert.deepEqual(select("org-2", "consortium"), ["consortium", "org-2"]);
    assert.deepEqual(select("org-*"), ["org-1", "org-2", "org-10"]);
    assert.deepEqual(select("org-?"), ["org-1", "org-2"]);
    assert.deepEqual(select("org.1"), ["org.1"]);
  });

  it("refuses a pattern that matches no stack", () => {
    assert.throws(
      () => select("org-1", "org"),
      new CannotStart(
        "--select org matches no stack; the stacks are consortium, org-1, org-2, org-10, org.1",
      ),
    );
  });
});
