import assert from "node:assert/strict";
import type { WriteStream } from "node:tty";
import { Board, waveStates } from "../../../../cli/fleet/report/progress";
import { Display, renderTable } from "../../../../cli/fleet/report/display";
import { DoesNotHold } from "../../../../cli/fleet/failure";
import type { PassResult } from "../../../../cli/fleet/run/passes";
import { exitStatus, reportOf } from "../../../../cli/fleet/report/report";
import type { Progress } from "../../../../cli/fleet/run/schedule";
import { renderSummary } from "../../../../cli/fleet/report/summary";
import { someOf } from "../../../../cli/fleet/report/text";
import { inOrderOf, parseWaves, planWaves } from "../../../../cli/fleet/run/plan";

const organization = (name: string) => ({
  name,
  signed: [{ party: name.toUpperCase(), signer: "consortium", key: "k1" }],
  takesRequestsOf: [],
  cluster: {},
});
const ORGS = Array.from({ length: 12 }, (_, index) => `org-${index + 1}`);
const STACKS = [
  { name: "consortium", signed: [], takesRequestsOf: ORGS, cluster: {} },
  ...ORGS.map(organization),
];
const done = (note?: string): Progress<PassResult> => ({
  state: "done",
  result: { changes: note === undefined ? { update: 1 } : {}, waiting: [], ...(note && { note }) },
});

/** A run, and everything that it prints without a terminal. */
class Run {
  printed = "";
  private now = 0;
  private readonly tasks;
  private readonly names;
  private readonly board;
  private readonly display;

  constructor(waves: string, kind: "up" | "preview" = "up") {
    this.tasks = planWaves(kind, STACKS, parseWaves(waves));
    this.names = inOrderOf(this.tasks);
    this.board = new Board(this.tasks, () => this.now);
    const output = { isTTY: false, write: (text: string) => (this.printed += text) };
    this.display = new Display(output as unknown as WriteStream, () => this.stacks());
  }

  stacks() {
    return this.board.byStack(this.names);
  }

  plan(): string {
    this.display.plan();
    return this.printed;
  }

  change(id: string, progress: Progress<PassResult>): void {
    const task = this.tasks.find((each) => each.id === id) ?? assert.fail(id);
    this.display.change(this.board.change(task, progress));
  }

  /** Runs the passes of some stacks, each in a second, until they end as given or are done. */
  run(stacks: readonly string[], ends: Readonly<Record<string, Progress<PassResult>>> = {}): void {
    for (const { id, pass } of this.tasks.filter((task) => stacks.includes(task.stack))) {
      if (pass === "sign") continue;
      const end = ends[id] ?? (pass === "verify" ? done("3 checks: all hold") : done());
      if (end.state !== "skipped") this.change(id, { state: "running" });
      this.now += 1000;
      this.change(id, end);
    }
  }

  skipRest(because: string): void {
    for (const { task, progress } of [...this.stacks().values()].flat())
      if (progress.state === "pending") this.change(task.id, { state: "skipped", because });
  }
}

const check = { party: "M", code: "key", ok: false, severity: "error", message: "." } as const;
const failure = new DoesNotHold(
  ["M", "  × key: the key is not its own.", "", "3 checks: …"],
  [check],
);
const comparison = {
  lastGood: {
    stack: "org-1",
    values: [{ key: "charts.substra-backend", here: "1.1.0", there: "1.0.0" }],
    usual: [],
    charts: ["substra-backend 1.0.0"],
  },
};

/** Waves of 2, 2 and 9 stacks, in which the second wave breaks. */
function broken(): Run {
  const run = new Run("2,10%,rest");
  run.run(["consortium", "org-1"]);
  run.change("org-2 request", { state: "running" });
  run.change("org-2 request", done("already requested"));
  run.change("consortium sign for wave 2", { state: "running" });
  run.change("consortium sign for wave 2", done());
  run.run(["org-2", "org-3"], { "org-3 verify": { state: "failed", error: failure } });
  run.skipRest("org-3 verify");
  return run;
}

describe("a run in waves", () => {
  it("begins with the plan of its waves", () => {
    const plan = `wave 1 of 3: 2 stacks (consortium, org-1)
wave 2 of 3: 2 stacks (org-2, org-3)
wave 3 of 3: 9 stacks (org-4, org-5, org-6, org-7, org-8, org-9, org-10 and 2 more)
`;
    assert.equal(new Run("2,10%,rest").plan(), plan);
    assert.equal(new Run("2,10%,rest", "preview").plan(), plan);
  });

  it("has lines in a log for the waves, and none for stacks that are untouched", () => {
    const waveLines = broken()
      .printed.split("\n")
      .filter((line) => /^wave|org-[34]|sign/.test(line));
    assert.deepEqual(waveLines, [
      "wave 1 of 3 begins: consortium, org-1",
      "wave 1 of 3 holds",
      "wave 2 of 3 begins: org-2, org-3",
      "consortium: sign begins",
      "consortium: sign done in 0 s (update 1)",
      "org-3: request begins",
      "org-3: request done in 1 s (update 1)",
      "org-3: deploy begins",
      "org-3: deploy done in 1 s (update 1)",
      "org-3: verify begins",
      "org-3: verify failed after 1 s",
      "wave 2 of 3 does not hold: org-3 failed; no later wave begins",
    ]);
  });

  it("ends with what does not hold, what differs from the last good stack, and what is untouched", () => {
    const report = reportOf(broken().stacks(), 9, new Map([["org-3", comparison]]));
    assert.equal(
      renderSummary(report, "logs", "up"),
      `   STACK       WAVE  RESULT   TIME  CHANGES
√  consortium  1     done     2 s   update 2; verify: 3 checks: all hold
√  org-1       1     done     3 s   update 2; verify: 3 checks: all hold
√  org-2       2     done     3 s   update 2; verify: 3 checks: all hold
×  org-3       2     failed   3 s   update 2
-  9 stacks    3     skipped        untouched

org-3 does not hold (full log: logs/org-3.log):
  M
    × key: the key is not its own.

  3 checks: …

org-3 differs from org-1, the last stack of its kind that holds with substra-backend 1.0.0:
  charts.substra-backend: 1.1.0 (org-1: 1.0.0)

13 stacks: 3 done, 1 failed, 9 skipped in 9 s.
Wave 2 of 3 does not hold: org-3.
Untouched: 9 stacks of later waves.
To continue, add --resume to the same command: it goes on with wave 2, and skips what is done and has not changed since.
`,
    );
    assert.equal(exitStatus(report), 1);
  });

  it("has its waves, checks and comparisons in the JSON", () => {
    const { waves, stacks } = reportOf(broken().stacks(), 9, new Map([["org-3", comparison]]));
    const [first, second, third] = waves ?? [];
    assert.deepEqual(first, {
      wave: 1,
      stacks: ["consortium", "org-1"],
      result: "done",
      failed: [],
      untouched: false,
    });
    assert.deepEqual(second, {
      wave: 2,
      stacks: ["org-2", "org-3"],
      result: "failed",
      failed: ["org-3"],
      untouched: false,
    });
    assert.deepEqual([third?.result, third?.untouched], ["skipped", true]);
    const failed = stacks.find(({ stack }) => stack === "org-3");
    assert.equal(failed?.wave, 2);
    assert.deepEqual(failed.passes.at(-1)?.checks, [check]);
    assert.deepEqual(failed.comparison, comparison);
  });

  it("says so if all waves hold", () => {
    const run = new Run("rest");
    run.run(["consortium", ...ORGS]);
    const text = renderSummary(reportOf(run.stacks(), 60), "logs", "up");
    assert.match(text, /13 stacks: 13 done in 1 min\.\nThe wave holds\.\n$/);
    assert.match(run.printed, /wave 1 of 1 holds\n$/);
  });

  it("says which wave was interrupted", () => {
    const run = new Run("1,rest");
    run.change("consortium deploy", { state: "running" });
    run.change("consortium deploy", done());
    for (const id of ["consortium verify", ...ORGS.map((name) => `${name} deploy`)])
      run.change(id, { state: "interrupted", begun: false });
    const text = renderSummary(reportOf(run.stacks(), 60), "logs", "up");
    assert.match(
      text,
      /Wave 1 of 2 is not complete\.\nUntouched: 12 stacks of later waves\.\nTo cont/,
    );
    assert.match(text, /^! {2}12 stacks {3}2 {5}interrupted +untouched$/m);
  });
});

describe("waves", () => {
  it("are in their order, even if an early stack signs only for a late one", () => {
    const stacks = [
      { ...organization("late"), signed: [{ party: "L", signer: "root", key: "k1" }] },
      { name: "root", signed: [], takesRequestsOf: ["late"], cluster: {} },
      { name: "a", signed: [], takesRequestsOf: [], cluster: {} },
    ];
    const tasks = planWaves("up", stacks, parseWaves("1,1,1"));
    assert.deepEqual(inOrderOf(tasks), ["a", "root", "late"]);
    const entries = new Board(tasks).byStack(["root", "a", "late"]);
    const waves = waveStates([...entries.values()].flat());
    assert.deepEqual(
      waves.map(({ wave, stacks: names }) => [wave, ...names]),
      [
        [1, "a"],
        [2, "root"],
        [3, "late"],
      ],
    );
  });
});

describe("the table of waves on a terminal", () => {
  it("has the stacks of the current wave, and one line for every other wave", () => {
    const run = new Run("2,10%,rest");
    run.run(["consortium", "org-1"]);
    run.change("org-2 request", { state: "running" });
    run.change("org-2 request", done());
    run.change("consortium sign for wave 2", { state: "running" });
    assert.deepEqual(renderTable(run.stacks(), { columns: 80, rows: 24 }), [
      "√  wave 1 of 3: 2 stacks",
      ">  wave 2 of 3: 2 stacks, 0 complete",
      "  >  consortium  sign     running  0 s",
      "  ·  org-2       deploy   pending",
      "  ·  org-3       request  pending",
      "·  wave 3 of 3: 9 stacks",
    ]);
  });

  it("fits the terminal", () => {
    const run = new Run("2,rest");
    run.run(["consortium", "org-1"]);
    run.change("org-9 request", { state: "running" });
    assert.deepEqual(renderTable(run.stacks(), { columns: 32, rows: 8 }), [
      "√  wave 1 of 2: 2 stacks",
      ">  wave 2 of 2: 11 stacks, 0 co",
      "  >  org-9       request  runni",
      "  ·  consortium  sign     pendi",
      "  ·  org-2       request  pendi",
      "    and 9 more stacks",
    ]);
  });
});

describe("names of stacks", () => {
  it("are counted if there are many", () => {
    assert.equal(someOf(ORGS.slice(0, 2)), "org-1, org-2");
    assert.equal(
      someOf(ORGS.slice(0, 9)),
      "org-1, org-2, org-3, org-4, org-5, org-6, org-7 and 2 more",
    );
  });
});
