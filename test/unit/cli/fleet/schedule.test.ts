import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { schedule, type Progress, type Step } from "../../../../cli/fleet/run/schedule";

const step = (id: string, needs: string[] = [], after: string[] = []): Step => ({
  id,
  needs,
  after,
});

/** Steps that end when the test ends them. */
class Bench {
  readonly events: string[] = [];
  readonly stop = new AbortController();
  readonly ended: Promise<ReadonlyMap<string, Progress<string>>>;
  private readonly running = new Map<string, PromiseWithReject>();

  constructor(steps: readonly Step[], parallel: number) {
    this.ended = schedule(steps, {
      parallel,
      stopping: this.stop.signal,
      run: ({ id }) =>
        new Promise<string>((resolve, reject) => {
          this.running.set(id, { resolve, reject });
        }),
      onChange: ({ id }, { state }) => void this.events.push(`${id} ${state}`),
    });
  }

  get underWay(): string[] {
    return [...this.running.keys()];
  }

  /** Ends a step and waits until the steps that follow from it have begun. */
  async end(id: string, error?: Error): Promise<void> {
    const promise = this.running.get(id) ?? assert.fail(`${id} does not run`);
    this.running.delete(id);
    if (error) promise.reject(error);
    else promise.resolve(`result of ${id}`);
    await turn();
  }
}

interface PromiseWithReject {
  readonly resolve: (result: string) => void;
  readonly reject: (error: Error) => void;
}

describe("the schedule", () => {
  it("runs no more steps at a time than allowed, in the given order", async () => {
    const bench = new Bench(
      ["a", "b", "c", "d"].map((id) => step(id)),
      2,
    );
    assert.deepEqual(bench.underWay, ["a", "b"]);
    await bench.end("b");
    assert.deepEqual(bench.underWay, ["a", "c"]);
    await bench.end("a");
    assert.deepEqual(bench.underWay, ["c", "d"]);
    await bench.end("c");
    await bench.end("d");
    const states = [...(await bench.ended)];
    assert.deepEqual(
      states,
      ["a", "b", "c", "d"].map((id) => [id, { state: "done", result: `result of ${id}` }]),
    );
  });

  it("begins a step as soon as the steps that it waits for have ended", async () => {
    const bench = new Bench([step("a"), step("b"), step("c", ["a"]), step("d", [], ["b"])], 4);
    assert.deepEqual(bench.underWay, ["a", "b"]);
    await bench.end("a");
    assert.deepEqual(bench.underWay, ["b", "c"]);
    await bench.end("b");
    assert.deepEqual(bench.underWay, ["c", "d"]);
    await bench.end("c");
    await bench.end("d");
    await bench.ended;
  });

  it("skips steps that need a failed one, says which one, and continues with the others", async () => {
    const failure = new Error("broken");
    const bench = new Bench(
      [step("a"), step("b"), step("c", ["a"]), step("d", ["c"]), step("e", [], ["a", "c"])],
      1,
    );
    await bench.end("a", failure);
    await bench.end("b");
    await bench.end("e");
    assert.deepEqual(Object.fromEntries(await bench.ended), {
      a: { state: "failed", error: failure },
      b: { state: "done", result: "result of b" },
      c: { state: "skipped", because: "a" },
      d: { state: "skipped", because: "a" },
      e: { state: "done", result: "result of e" },
    });
    assert.deepEqual(bench.events, [
      "a running",
      "a failed",
      "c skipped",
      "d skipped",
      "b running",
      "b done",
      "e running",
      "e done",
    ]);
  });

  it("begins no step after it is stopped, and lets running steps finish", async () => {
    const bench = new Bench([step("a"), step("b"), step("c"), step("d", ["a"])], 2);
    bench.stop.abort();
    await bench.end("a");
    assert.deepEqual(bench.underWay, ["b"]);
    await bench.end("b", new Error("update canceled"));
    assert.deepEqual(Object.fromEntries(await bench.ended), {
      a: { state: "done", result: "result of a" },
      b: { state: "interrupted", begun: true },
      c: { state: "interrupted", begun: false },
      d: { state: "interrupted", begun: false },
    });
  });

  it("has nothing to do without steps", async () => {
    assert.equal((await new Bench([], 2).ended).size, 0);
  });
});
