import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadScript, withEnvironment } from "./fake-github";

interface Report {
  readonly stack: string;
  readonly status: 0 | 1 | 2;
  readonly text: string;
}

const { readReports, assemble, stacksIn } = loadScript("reports.cjs") as {
  readonly readReports: (folder: string, stacks: readonly string[]) => Report[];
  readonly assemble: (options: {
    readonly head: string;
    readonly reports: readonly Report[];
    readonly run: string;
    readonly limit?: number;
  }) => string;
  readonly stacksIn: (variable: string) => string[];
};

const run = "https://github.example/run";
const report = (stack: string, status: Report["status"], text = `of ${stack}`): Report => ({
  stack,
  status,
  text,
});

describe("the reports that jobs leave", () => {
  let folder: string;
  const leave = (stack: string, status: number, text?: string) => {
    writeFileSync(join(folder, `${stack}.json`), JSON.stringify({ stack, status }));
    if (text !== undefined) writeFileSync(join(folder, `${stack}.md`), text);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-reports-"));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("are read in the order of the stacks", () => {
    leave("b", 1, "found\n");
    leave("a", 0, "nothing\n");
    assert.deepEqual(readReports(folder, ["a", "b"]), [
      report("a", 0, "nothing"),
      report("b", 1, "found"),
    ]);
  });

  it("are missing if a job broke off, failed, or left only half of it", () => {
    leave("failed", 2);
    leave("half", 0);
    const stacks = ["none", "failed", "half"];
    assert.deepEqual(
      readReports(folder, stacks),
      stacks.map((stack) => report(stack, 2, "")),
    );
    assert.deepEqual(readReports(join(folder, "none"), ["a"]), [report("a", 2, "")]);
  });

  it("say why a preview failed", () => {
    leave("failed", 2, "because");
    leave("strange", 7, "text");
    assert.deepEqual(readReports(folder, ["failed", "strange"]), [
      report("failed", 2, "because"),
      report("strange", 2, "text"),
    ]);
  });

  it("are requested by valid stack names", async () => {
    await withEnvironment({ STACKS: '["org-1","a.b_c"]' }, () => {
      assert.deepEqual(stacksIn("STACKS"), ["org-1", "a.b_c"]);
      return Promise.resolve();
    });
    await withEnvironment({ STACKS: '["../x"]' }, () => {
      assert.throws(() => stacksIn("STACKS"), /"\.\.\/x" is not a stack name/);
      return Promise.resolve();
    });
  });
});

describe("a text with reports", () => {
  it("has a single report unchanged", () => {
    const text = assemble({ head: "Head", reports: [report("a", 0)], run });
    assert.equal(text, "Head\n\nof a");
  });

  it("folds several, with those that failed or found something first and open", () => {
    const reports = [report("a", 0), report("b", 1), report("c", 2)];
    const text = assemble({ head: "Head", reports, run });
    assert.equal(
      text,
      [
        "Head",
        `**The preview failed** for \`c\`: [the run's log](${run}) says why.`,
        "<details open><summary><b>c</b>, failed</summary>\n\nof c\n\n</details>",
        "<details open><summary><b>b</b>, needs attention</summary>\n\nof b\n\n</details>",
        "<details><summary><b>a</b></summary>\n\nof a\n\n</details>",
      ].join("\n\n"),
    );
  });

  it("says which stacks have no report", () => {
    const text = assemble({ head: "Head", reports: [report("a", 2, ""), report("b", 0)], run });
    assert.equal(
      text,
      `Head\n\nof b\n\nThere is no report for \`a\`: [the run's log](${run}) says why.`,
    );
  });

  it("leaves out whole reports if there is no room, and says where they are", () => {
    const reports = [report("a", 0, "x".repeat(300)), report("b", 0), report("c", 1)];
    const text = assemble({ head: "Head", reports, run, limit: 400 });
    assert.ok(text.length <= 400, `${text.length}`);
    assert.match(text, /of c[^]*of b/);
    assert.ok(!text.includes("xxx"));
    assert.match(
      text,
      /There is no room here for `a`: \[the run\]\(https:\/\/github\.example\/run\)/,
    );
  });

  it("never has more characters than GitHub accepts, with many stacks that fail or have long reports", () => {
    const reports = Array.from({ length: 256 }, (_, n) =>
      report(`organization-with-a-long-name-${n}`, 0, "x".repeat(n % 3 === 0 ? 0 : n * 250)),
    );
    const text = assemble({ head: "Head", reports, run });
    assert.ok(text.length <= 65_000, `${text.length}`);
    for (const { stack } of reports) assert.ok(text.includes(stack), stack);
  });

  it("has room for the longest report that the command creates", () => {
    const longest = report("a", 0, "x".repeat(64_000));
    assert.ok(assemble({ head: "Head", reports: [longest], run }).includes(longest.text));
  });
});
