import assert from "node:assert/strict";
import { Board } from "../../../../cli/fleet/report/progress";
import { PassFailed } from "../../../../cli/fleet/failure";
import type { PassResult } from "../../../../cli/fleet/run/passes";
import { planUp } from "../../../../cli/fleet/run/plan";
import { renderLine, renderTable } from "../../../../cli/fleet/report/display";
import { exitStatus, reportOf, renderJson } from "../../../../cli/fleet/report/report";
import type { Progress } from "../../../../cli/fleet/run/schedule";
import { renderSummary } from "../../../../cli/fleet/report/summary";
import { duration } from "../../../../host";

const signed = (name: string) => ({
  name,
  signed: [{ party: name.toUpperCase(), signer: "consortium", key: "k1" }],
  takesRequestsOf: [],
  cluster: {},
});
const TASKS = planUp([
  { name: "consortium", signed: [], takesRequestsOf: ["org-1", "org-2"], cluster: {} },
  signed("org-1"),
  signed("org-2"),
  { name: "other", signed: [], takesRequestsOf: [], cluster: {} },
]);
const NAMES = ["consortium", "org-1", "org-2", "other"];

const done = (result: Partial<PassResult> = {}): Progress<PassResult> => ({
  state: "done",
  result: { changes: {}, waiting: [], ...result },
});

/** A board on which passes have ended one after the other, each after the given seconds. */
function boardOf(ends: Readonly<Record<string, readonly [number, Progress<PassResult>]>>): Board {
  let now = 0;
  const board = new Board(TASKS, () => now);
  for (const [id, [seconds, progress]] of Object.entries(ends)) {
    const task = TASKS.find((each) => each.id === id) ?? assert.fail(id);
    if (progress.state !== "skipped") board.change(task, { state: "running" });
    now += seconds * 1000;
    if (progress.state === "running") board.step(task, "create Release org-1-backend");
    else board.change(task, progress);
  }
  return board;
}

const failure = new PassFailed(["The configuration has a problem:", "  countersign:x: is unknown"]);
const MIXED = boardOf({
  "org-1 request": [8, done({ changes: { create: 3 } })],
  "org-2 request": [0.4, done({ note: "already requested" })],
  "consortium deploy": [65, { state: "failed", error: failure }],
  "org-1 deploy": [0, { state: "skipped", because: "consortium deploy" }],
  "org-2 deploy": [0, { state: "skipped", because: "consortium deploy" }],
  "other deploy": [7, done({ changes: { update: 1 }, waiting: ["M: a signature"] })],
});

describe("the report at the end of a run", () => {
  it("has a table, the errors, the reasons for waiting, and a summary in one line", () => {
    const report = reportOf(MIXED.byStack(NAMES), 81.4);
    assert.equal(
      renderSummary(report, ".countersign/fleet", "up"),
      `   STACK       RESULT   TIME       CHANGES
×  consortium  failed   1 min 5 s
-  org-1       skipped  8 s        create 3; deploy: consortium deploy failed
-  org-2       skipped  0 s        request: already requested; deploy: consortium deploy failed
√  other       done     7 s        update 1

consortium failed (full log: .countersign/fleet/consortium.log):
  The configuration has a problem:
    countersign:x: is unknown

other waits: M: a signature

4 stacks: 1 done (1 of them waiting), 1 failed, 2 skipped in 1 min 21 s.
To continue, add --resume to the same command: it skips what is done and has not changed since.
`,
    );
    assert.equal(exitStatus(report), 1);
  });

  it("is short if everything is done", () => {
    const board = boardOf(Object.fromEntries(TASKS.map(({ id }) => [id, [2, done()] as const])));
    const report = reportOf(board.byStack(NAMES), 12);
    assert.equal(
      renderSummary(report, ".countersign/fleet", "up"),
      `   STACK       RESULT  TIME  CHANGES
√  consortium  done    2 s   unchanged
√  org-1       done    4 s   unchanged
√  org-2       done    4 s   unchanged
√  other       done    2 s   unchanged

4 stacks: 4 done in 12 s.
`,
    );
    assert.equal(exitStatus(report), 0);
  });

  it("counts a stack as interrupted if a pass of it was interrupted", () => {
    const board = boardOf({
      "org-1 request": [8, { state: "interrupted", begun: true }],
    });
    const report = reportOf(board.byStack(["org-1"]), 8);
    assert.equal(
      renderSummary(report, "logs", "preview"),
      `   STACK  RESULT       TIME  CHANGES
!  org-1  interrupted  8 s

1 stack: 1 interrupted in 8 s.
`,
    );
  });

  it("is one JSON object for programs", () => {
    const report = reportOf(MIXED.byStack(["consortium", "org-1"]), 73.04);
    assert.equal(
      renderJson(report),
      `{
  "stacks": [
    {
      "stack": "consortium",
      "passes": [
        {
          "pass": "deploy",
          "result": "failed",
          "seconds": 65,
          "changes": {}
        }
      ],
      "result": "failed",
      "seconds": 65,
      "changes": {},
      "waiting": [],
      "error": "The configuration has a problem:\\n  countersign:x: is unknown"
    },
    {
      "stack": "org-1",
      "passes": [
        {
          "pass": "request",
          "result": "done",
          "seconds": 8,
          "changes": {
            "create": 3
          }
        },
        {
          "pass": "deploy",
          "result": "skipped",
          "seconds": 0,
          "changes": {},
          "note": "consortium deploy failed"
        }
      ],
      "result": "skipped",
      "seconds": 8,
      "changes": {
        "create": 3
      },
      "waiting": []
    }
  ],
  "summary": {
    "stacks": 2,
    "done": 0,
    "failed": 1,
    "skipped": 1,
    "interrupted": 0,
    "waiting": 0,
    "seconds": 73
  }
}
`,
    );
  });
});

describe("the progress of a run", () => {
  const board = boardOf({
    "org-2 request": [4, done({ changes: { create: 3 } })],
    "org-1 request": [12, { state: "running" }],
  });

  it("is a line per stack with its current state", () => {
    assert.deepEqual(renderTable(board.byStack(NAMES), { columns: 80, rows: 24 }), [
      "·  consortium  deploy   pending",
      ">  org-1       request  running  12 s  create Release org-1-backend",
      "·  org-2       deploy   pending",
      "·  other       deploy   pending",
    ]);
  });

  it("fits the terminal: running stacks come first, lines are truncated", () => {
    assert.deepEqual(
      renderTable(board.byStack(NAMES), { columns: 40, rows: 5 }),
      [
        ">  org-1       request  running  12 s  c",
        "·  consortium  deploy   pending",
        "  and 2 more stacks",
      ].map((line) => line.slice(0, 39)),
    );
  });

  it("is a line per change without a terminal", () => {
    const [task] = TASKS;
    assert.ok(task);
    const lines = (
      [
        [{ state: "running" }],
        [done({ changes: { create: 3, delete: 1 } })],
        [done({ note: "already requested" })],
        [{ state: "failed", error: failure }, "broken\n  thoroughly"],
        [{ state: "skipped", because: "consortium deploy" }],
        [{ state: "interrupted", begun: true }],
        [{ state: "interrupted", begun: false }],
      ] as const
    ).map(([progress, error]) => renderLine({ task, progress, seconds: 8.4 }, error));
    assert.deepEqual(lines, [
      "org-1: request begins",
      "org-1: request done in 8 s (create 3, delete 1)",
      "org-1: request done in 8 s (unchanged; already requested)",
      "org-1: request failed after 8 s\n  broken\n    thoroughly",
      "org-1: request skipped, because consortium deploy failed",
      "org-1: request interrupted after 8 s",
      "org-1: request not started",
    ]);
  });

  it("shows minutes for durations of a minute or more", () => {
    assert.deepEqual([0.4, 59.4, 60, 185].map(duration), ["0 s", "59 s", "1 min", "3 min 5 s"]);
  });
});
