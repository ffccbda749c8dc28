import assert from "node:assert/strict";
import { CannotStart } from "../../../../cli/fleet/failure";
import { planPreview, planUp, type Task } from "../../../../cli/fleet/run/plan";
import { stack } from "./make-stack-file";

/** Returns "id <- needed tasks (tasks that it comes after)" for each task. */
const lines = (tasks: readonly Task[]) =>
  tasks.map(({ id, needs, after }) =>
    [id, "<-", ...needs, ...after.map((each) => `(${each})`)].join(" "),
  );

describe("the plan of an up", () => {
  const consortium = stack("consortium", [], ["org-1", "org-2"]);
  const orgs = [stack("org-1", ["consortium"]), stack("org-2", ["consortium"])];

  it("has the requests first, then the stack that signs, then the organizations", () => {
    assert.deepEqual(lines(planUp([consortium, ...orgs])), [
      "org-1 request <-",
      "org-2 request <-",
      "consortium deploy <- (org-1 request) (org-2 request)",
      "org-1 deploy <- org-1 request consortium deploy",
      "org-2 deploy <- org-2 request consortium deploy",
    ]);
  });

  it("names the organizations that need a request", () => {
    const both = stack("org-1", ["consortium", undefined]);
    const [request, , deploy] = planUp([stack("consortium", [], ["org-1"]), both]);
    assert.deepEqual(request?.requests, [{ party: "M0", signer: "consortium", key: "k1" }]);
    assert.deepEqual(deploy?.requests, []);
  });

  it("has one pass for an organization whose request is sent as a file", () => {
    assert.deepEqual(lines(planUp([stack("consortium"), stack("org-1", ["consortium"])])), [
      "consortium deploy <-",
      "org-1 deploy <- consortium deploy",
    ]);
  });

  it("has one pass for an organization whose certificate comes as a file", () => {
    const plan = planUp([stack("consortium", [], ["org-1"]), stack("org-1", [undefined])]);
    assert.deepEqual(lines(plan), ["org-1 deploy <-", "consortium deploy <- (org-1 deploy)"]);
  });

  it("ignores links to stacks that are not selected", () => {
    assert.deepEqual(lines(planUp(orgs)), ["org-1 deploy <-", "org-2 deploy <-"]);
    assert.deepEqual(lines(planUp([consortium])), ["consortium deploy <-"]);
  });

  it("runs stacks without links at once", () => {
    assert.deepEqual(lines(planUp([stack("a"), stack("b", [], ["b"]), stack("c", ["c"])])), [
      "a deploy <-",
      "b deploy <-",
      "c deploy <-",
    ]);
  });

  it("follows a chain of stacks that sign for each other", () => {
    const plan = planUp([
      stack("root", [], ["middle"]),
      stack("middle", ["root"], ["leaf"]),
      stack("leaf", ["middle"]),
    ]);
    assert.deepEqual(lines(plan), [
      "middle request <-",
      "leaf request <-",
      "root deploy <- (middle request)",
      "middle deploy <- middle request root deploy (leaf request)",
      "leaf deploy <- leaf request middle deploy",
    ]);
  });

  it("refuses stacks that wait for each other", () => {
    assert.throws(
      () => planUp([stack("free"), stack("a", ["b"], ["b"]), stack("b", ["a"], ["a"])]),
      new CannotStart(
        "these stacks wait for each other, so none can be deployed first: a, b; make signedBy.stack and enrollments.*.request.stack point in one direction, or select fewer stacks with --select",
      ),
    );
  });

  it("previews every stack once, in any order", () => {
    assert.deepEqual(lines(planPreview([consortium, ...orgs])), [
      "consortium preview <-",
      "org-1 preview <-",
      "org-2 preview <-",
    ]);
  });
});
