import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeGitHub, loadScript, withEnvironment, type Script } from "./fake-github";

const { renewalIssues } = loadScript("renewal-issues.cjs") as { renewalIssues: Script };

describe("the issues of renewals", () => {
  let folder: string;
  let github: FakeGitHub;
  /** Runs a night with these results; undefined is a check that left nothing. */
  const night = async (results: Readonly<Record<string, number | undefined>>) => {
    for (const [stack, status] of Object.entries(results)) {
      rmSync(join(folder, `${stack}.json`), { force: true });
      if (status === undefined) continue;
      writeFileSync(join(folder, `${stack}.json`), JSON.stringify({ stack, status }));
      writeFileSync(join(folder, `${stack}.md`), `# Report of ${stack}\n`);
    }
    github.changes.length = 0;
    await withEnvironment({ STACKS: JSON.stringify(Object.keys(results)), REPORTS: folder }, () =>
      renewalIssues(github.tools),
    );
    return github.changes;
  };

  beforeEach(() => {
    github = new FakeGitHub();
    folder = mkdtempSync(join(tmpdir(), "countersign-issues-"));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("are opened for stacks with something due, and say what to do", async () => {
    assert.deepEqual(await night({ "org-1": 1, "org-2": 0 }), ["create #1"]);
    const [issue] = github.issues;
    assert.equal(issue?.title, "Stack org-1: an up is due");
    assert.deepEqual(issue.labels, ["countersign-renewal"]);
    assert.equal(
      issue.body,
      [
        "<!-- countersign: renewal of org-1 -->",
        "Certificates of this stack need to be renewed, or merged changes have not been deployed. No file has to change: run the workflow `up` for this stack, and approve it.",
        "```sh\ngh workflow run up.yml --ref main -f stacks=org-1\n```",
        "Certificates about to expire that no `up` renews need a change first; the report names them. [The nightly check](https://github.example/consortium/infrastructure/actions/runs/42) closes this issue when nothing is due any longer.",
        "# Report of org-1",
      ].join("\n\n"),
    );
  });

  it("are kept up to date, one for each stack", async () => {
    await night({ org: 1, "org-1": 1 });
    assert.deepEqual(await night({ org: 1, "org-1": 1 }), [
      "update #1 title body",
      "update #2 title body",
    ]);
  });

  it("are closed with a comment when nothing is due any longer, and new ones are opened the next time", async () => {
    await night({ "org-1": 1 });
    assert.deepEqual(await night({ "org-1": 0 }), ["createComment #1", "update #1 state"]);
    assert.equal(github.issues[0]?.state, "closed");
    assert.deepEqual(await night({ "org-1": 0 }), []);
    assert.deepEqual(await night({ "org-1": 1 }), ["create #2"]);
  });

  it("stay unchanged if a check has failed", async () => {
    await night({ "org-1": 1 });
    assert.deepEqual(await night({ "org-1": 2, "org-2": undefined }), []);
  });

  it("are not confused with issues that people write, or with pull requests", async () => {
    const body = "<!-- countersign: renewal of org-1 -->";
    const labels = ["countersign-renewal"];
    const state = "open";
    github.issues.push(github.text({ body, labels, state, user: { type: "User" } }, 1));
    github.issues.push(github.text({ body, labels, state, pull_request: {} }, 2));
    assert.deepEqual(await night({ "org-1": 1 }), ["create #3"]);
  });
});
