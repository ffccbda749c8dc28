import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeGitHub, loadScript, withEnvironment, type Script } from "./fake-github";

const { comment } = loadScript("sticky-comment.cjs") as { comment: Script };
const MARKER = "<!-- countersign: reports -->";

describe("the comment on a pull request", () => {
  let folder: string;
  let github: FakeGitHub;
  const write = (stacks: readonly string[]) =>
    withEnvironment(
      { STACKS: JSON.stringify(stacks), REPORTS: folder, COMMIT: "0123456789abcdef" },
      () => comment(github.tools),
    );

  beforeEach(() => {
    github = new FakeGitHub();
    folder = mkdtempSync(join(tmpdir(), "countersign-comment-"));
    writeFileSync(join(folder, "dev.json"), JSON.stringify({ stack: "dev", status: 0 }));
    writeFileSync(join(folder, "dev.md"), "# Report of dev\n");
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is written once", async () => {
    await write(["dev"]);
    assert.deepEqual(github.changes, ["createComment #7"]);
    assert.equal(
      github.comments[0]?.body,
      [
        MARKER,
        "This is what a deployment would do to the stack that this pull request changes. Commit 012345678, checked by [this run](https://github.example/consortium/infrastructure/actions/runs/42).",
        "",
        "# Report of dev",
      ].join("\n"),
    );
  });

  it("is updated after that, also among other comments", async () => {
    github.comments.push(github.text({ body: "I like it" }));
    await write(["dev"]);
    const own = github.comments[1]?.id;
    github.comments.push(github.text({ body: "Me too" }));
    writeFileSync(join(folder, "dev.md"), "# Another report\n");
    await write(["dev", "org-1"]);
    assert.deepEqual(github.changes, ["createComment #7", `updateComment ${String(own)}`]);
    assert.match(github.comments[1]?.body ?? "", /the 2 stacks[^]*# Another report[^]*`org-1`/);
  });

  it("is not confused with one that quotes it", async () => {
    github.comments.push(github.text({ body: `${MARKER} quoted`, user: { type: "User" } }));
    github.comments.push(github.text({ body: `> ${MARKER}` }));
    await write(["dev"]);
    assert.deepEqual(github.changes, ["createComment #7"]);
  });

  it("says when no stack is changed any longer, and is not created otherwise", async () => {
    await write([]);
    assert.deepEqual(github.changes, []);
    await write(["dev"]);
    await write([]);
    assert.deepEqual(github.changes, ["createComment #7", "updateComment 100"]);
    assert.match(github.comments[0]?.body ?? "", /no longer changes any stack/);
  });
});
