import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseWaves, planWaves, type Task } from "../../../../cli/fleet/run/plan";
import { RunRecord } from "../../../../cli/fleet/run/passes";

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

const stackFile = (name: string) => ({ name, signed: [], takesRequestsOf: [], cluster: {} });

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

  it("remembers the waves of the run, also if nothing is done, until they are others", () => {
    RunRecord.begin(file, parseWaves("1,10%,rest")).save();
    assert.equal(RunRecord.read(file)?.waves?.text, "1,10%,rest");
    const record = RunRecord.read(file, parseWaves("2,rest")) ?? assert.fail("no record");
    record.add("other deploy", { digest: "other-1", waiting: [] });
    assert.equal(RunRecord.read(file)?.waves?.text, "2,rest");
  });

  it("forgets a pass that turns out not to hold, and with it the verification of its wave", () => {
    const wave = planWaves("up", [stackFile("a"), stackFile("b")], parseWaves("rest"));
    const record = RunRecord.begin(file);
    for (const { id } of wave) record.add(id, { digest: "1", waiting: [] });
    record.forget(["b deploy"]);
    const after = RunRecord.read(file) ?? assert.fail("no record");
    assert.deepEqual([...after.keep(wave, () => "1").keys()], ["a deploy"]);
  });

  it("is removed when there is nothing left to continue", () => {
    RunRecord.begin(file).remove();
    assert.equal(existsSync(file), false);
    assert.equal(RunRecord.read(file), undefined);
  });

  it("is ignored if it cannot be read", () => {
    for (const text of ["", "{", '{"format":2,"done":{}}', '{"format":1,"waves":"0","done":{}}']) {
      writeFileSync(file, text);
      assert.equal(RunRecord.read(file), undefined);
    }
  });
});
