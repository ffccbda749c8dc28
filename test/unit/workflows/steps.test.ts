import assert from "node:assert/strict";
import { affectedBy, deploymentSteps } from "../../../.github/scripts/steps";
import type { StackFile } from "../../../cli/fleet/stack-folder";

const stack = (
  name: string,
  signer?: string,
  takesRequestsOf: readonly string[] = [],
): StackFile => ({
  name,
  signed: signer === undefined ? [] : [{ party: name, signer, key: "k1" }],
  takesRequestsOf,
  cluster: {},
});

const stacks = [
  stack("consortium", undefined, ["org-1", "org-2"]),
  stack("org-1", "consortium"),
  stack("org-2", "consortium"),
  stack("other"),
];

const stepsOf = (list: readonly StackFile[], asksAnew: (stack: string) => boolean) =>
  deploymentSteps(list, asksAnew).map((step) => step.map((each) => `${each.stack} ${each.pass}`));

describe("the stacks to deploy after a change", () => {
  it("are the stack alone if it depends on no other", () => {
    assert.deepEqual(affectedBy(new Set(["other"]), stacks), ["other"]);
  });

  it("are an organization and the stack that signs for it, and not the other organizations", () => {
    assert.deepEqual(affectedBy(new Set(["org-2"]), stacks), ["consortium", "org-2"]);
  });

  it("are a stack that signs and the organizations that get certificates from it", () => {
    const affected = affectedBy(new Set(["consortium"]), stacks);
    assert.deepEqual(affected, ["consortium", "org-1", "org-2"]);
  });
});

describe("the steps of a deployment", () => {
  it("are requests, the stack that signs, the organizations", () => {
    assert.deepEqual(
      stepsOf(stacks, () => true),
      [
        ["org-1 request", "org-2 request", "other deploy"],
        ["consortium deploy"],
        ["org-1 deploy", "org-2 deploy"],
      ],
    );
  });

  it("leave out requests that have not changed", () => {
    assert.deepEqual(
      stepsOf(stacks, (name) => name === "org-2"),
      [["org-2 request", "other deploy"], ["consortium deploy"], ["org-1 deploy", "org-2 deploy"]],
    );
    assert.deepEqual(
      stepsOf(stacks, () => false),
      [["other deploy", "consortium deploy"], ["org-1 deploy", "org-2 deploy"], []],
    );
  });

  it("are a single one if no stack waits for another", () => {
    const alone = stacks.filter(({ name }) => name.startsWith("org"));
    assert.deepEqual(
      stepsOf(alone, () => true),
      [["org-1 deploy", "org-2 deploy"], [], []],
    );
  });

  it("are refused if the workflow has too few", () => {
    const chain = [stack("a"), stack("b", "a"), stack("c", "b"), stack("d", "c")];
    assert.throws(
      () => stepsOf(chain, () => false),
      /^Error: d would be deployed in step 4, but the workflow has only 3: deploy the stacks before it first/,
    );
  });
});
