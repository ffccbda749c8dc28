import assert from "node:assert/strict";
import { consortium } from "./example";
import { TestStack } from "./stack";

describe("a consortium in one stack", function () {
  this.timeout(180_000);
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.create("lifecycle", consortium("lifecycle"));
    await stack.up();
  });
  after(() => stack.destroy());

  it("has nothing to do once it is up", async () => {
    await stack.preview({ expectNoChanges: true });
  });
});
