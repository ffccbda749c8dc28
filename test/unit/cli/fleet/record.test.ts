import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Task } from "../../../../cli/fleet/plan";
import { RunRecord } from "../../../../cli/fleet/record";

const task = (stack: string, pass: Task["pass"], needs: string[] = [], after: string[] = []) => ({
  id: `${stack} ${pass}`,
  stack,
  pass,
  needs,
  after,
  requests: [],
});

const TASKS: readonly Task[] = [
  task("org-1", "request"),
  task("org-2", "request"),
  task("consortium", "deploy", [], ["org-1 request", "org-2 request"]),
  task("org-1", "deploy", ["org-1 request", "consortium deploy"]),
  task("other", "deploy"),
];

describe("the record of a run", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-record-"));
    file = join(folder, "progress.json");
    const record = RunRecord.begin(file);
    for (const { id, stack } of TASKS) record.add(id, { digest: `${stack}-1`, waiting: [] });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const kept = (digests: Record<string, string> = {}) => {
    const record = RunRecord.read(file) ?? assert.fail("no record");
    return [...record.keep(TASKS, (stack) => digests[stack] ?? `${stack}-1`).keys()];
  };

  it("is a private file that is saved at once and completely", () => {
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ["progress.json"]);
  });

  it("keeps everything if nothing has changed", () => {
    assert.deepEqual(
      kept(),
      TASKS.map(({ id }) => id),
    );
  });

  it("forgets a stack that has changed, and everything after it", () => {
    assert.deepEqual(kept({ "org-2": "org-2-2" }), ["org-1 request", "other deploy"]);
    assert.deepEqual(kept({ consortium: "consortium-2" }), [
      "org-1 request",
      "org-2 request",
      "other deploy",
    ]);
  });

  it("forgets everything after a pass that was not done", () => {
    const record = RunRecord.begin(file);
    record.add("consortium deploy", { digest: "consortium-1", waiting: [] });
    assert.deepEqual(kept(), []);
  });

  it("remembers why a stack waits", () => {
    RunRecord.begin(file).add("other deploy", { digest: "other-1", waiting: ["M: a signature"] });
    const record = RunRecord.read(file) ?? assert.fail("no record");
    assert.deepEqual(
      record.keep(TASKS, (stack) => `${stack}-1`),
      new Map([["other deploy", { digest: "other-1", waiting: ["M: a signature"] }]]),
    );
  });

  it("is removed when there is nothing left to continue", () => {
    RunRecord.begin(file).remove();
    assert.equal(existsSync(file), false);
    assert.equal(RunRecord.read(file), undefined);
  });

  it("is ignored if it cannot be read", () => {
    for (const text of ["", "{", '{"format":2,"done":{}}']) {
      writeFileSync(file, text);
      assert.equal(RunRecord.read(file), undefined);
    }
  });
});
