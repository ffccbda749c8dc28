import assert from "node:assert/strict";
import { FakeGitHub, loadScript, withEnvironment, type Script } from "./fake-github";

const { lastDeployed, requireApproval } = loadScript("deployments.cjs") as {
  lastDeployed: Script;
  requireApproval: Script;
};

describe("the last deployment", () => {
  it("is the head of the last push whose run has deployed everything", async () => {
    const github = new FakeGitHub();
    github.runs = ["abc", "def"];
    await lastDeployed(github.tools);
    assert.deepEqual([...github.outputs], [["commit", "abc"]]);
    assert.deepEqual(github.queries, [
      {
        owner: "consortium",
        repo: "infrastructure",
        workflow_id: "up.yml",
        branch: "main",
        event: "push",
        status: "success",
        per_page: 1,
      },
    ]);
  });

  it("is empty if there was none", async () => {
    const github = new FakeGitHub();
    await lastDeployed(github.tools);
    assert.deepEqual([...github.outputs], [["commit", ""]]);
  });
});

describe("the approval of deployments", () => {
  const check = async (github: FakeGitHub, stacks: readonly string[], approval = "") => {
    await withEnvironment({ STACKS: JSON.stringify(stacks), APPROVAL: approval }, () =>
      requireApproval(github.tools),
    );
    return github.failures;
  };

  it("is ensured if every environment has reviewers", async () => {
    const github = new FakeGitHub();
    github.environments.set("org-1", ["branch_policy", "required_reviewers"]);
    assert.deepEqual(await check(github, ["org-1"]), []);
  });

  it("is reported as missing if an environment has none, or does not exist", async () => {
    const github = new FakeGitHub();
    github.environments.set("org-1", ["wait_timer"]);
    assert.deepEqual(await check(github, ["org-1", "org-2"]), [
      "environment org-1 has no required reviewers; there is no environment org-2: add them in the repository's settings, or set the variable COUNTERSIGN_APPROVAL to none (docs/pull-requests.md)",
    ]);
  });

  it("is not checked if the repository's settings say so", async () => {
    assert.deepEqual(await check(new FakeGitHub(), ["org-1"], "none"), []);
  });
});
