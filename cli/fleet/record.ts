import { renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { LIMITS, readFileText } from "../../host";
import type { Task } from "./plan";

const schema = z.object({
  format: z.literal(1),
  done: z.record(z.string(), z.object({ digest: z.string(), waiting: z.array(z.string()) })),
});

/** A pass that is done: what it was made from, and what the stack still waited for. */
export interface DonePass {
  readonly digest: string;
  readonly waiting: readonly string[];
}

/** What a run has done so far, kept in a file so that a later run can go on from there. */
export class RunRecord {
  private constructor(
    private readonly file: string,
    private done: ReadonlyMap<string, DonePass>,
  ) {}

  /** A record of a new run, which replaces an older one when the first pass is done. */
  static begin(file: string): RunRecord {
    return new RunRecord(file, new Map());
  }

  /** The record of the run before; undefined if there is none that can be read. */
  static read(file: string): RunRecord | undefined {
    try {
      const { done } = schema.parse(JSON.parse(readFileText(file, { limit: LIMITS.config })));
      return new RunRecord(file, new Map(Object.entries(done)));
    } catch {
      return undefined;
    }
  }

  /**
   * The passes that need not be done again: their stack is as it was, and so is everything that came before them.
   * The record forgets all others.
   *
   * @param tasks in an order in which they can be done.
   * @param digestOf a stack as it is now.
   */
  keep(tasks: readonly Task[], digestOf: (stack: string) => string): ReadonlyMap<string, DonePass> {
    const planned = new Set(tasks.map(({ id }) => id));
    const kept = new Map<string, DonePass>();
    for (const { id, stack, needs, after } of tasks) {
      const before = this.done.get(id);
      const unchanged = [...needs, ...after].every((each) => kept.has(each) || !planned.has(each));
      if (before && unchanged && before.digest === digestOf(stack)) kept.set(id, before);
    }
    this.done = kept;
    return kept;
  }

  /** Notes a pass, at once and whole. */
  add(id: string, pass: DonePass): void {
    this.done = new Map([...this.done, [id, pass]]);
    const unfinished = `${this.file}.new`;
    const text = JSON.stringify({ format: 1, done: Object.fromEntries(this.done) }, null, 2);
    writeFileSync(unfinished, `${text}\n`, { mode: 0o600 });
    renameSync(unfinished, this.file);
  }

  /** There is nothing to go on with. */
  remove(): void {
    rmSync(this.file, { force: true });
  }
}
