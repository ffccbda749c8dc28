import { renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { LIMITS, readFileText } from "../../host";
import type { Task } from "./plan";
import { parseWaves, type Waves } from "./waves";

const schema = z.object({
  format: z.literal(1),
  waves: z.string().transform(parseWaves).optional(),
  done: z.record(z.string(), z.object({ digest: z.string(), waiting: z.array(z.string()) })),
});

/** A pass that is done: the digest of its stack at that time, and the reasons why the stack still waited. */
export interface DonePass {
  readonly digest: string;
  readonly waiting: readonly string[];
}

/** The passes that a run has done so far, in a file, so that a later run can continue from there. */
export class RunRecord {
  private constructor(
    private readonly file: string,
    private done: ReadonlyMap<string, DonePass>,
    /** Waves of the run. @default - it has none */
    readonly waves?: Waves,
  ) {}

  /** Creates the record of a new run, which replaces an older one when it is saved or the first pass is done. */
  static begin(file: string, waves?: Waves): RunRecord {
    return new RunRecord(file, new Map(), waves);
  }

  /**
   * Reads the record of the previous run; undefined if it does not exist or cannot be read.
   *
   * @param waves waves from now on. @default - those of the previous run
   */
  static read(file: string, waves?: Waves): RunRecord | undefined {
    try {
      const read = schema.parse(JSON.parse(readFileText(file, { limit: LIMITS.config })));
      return new RunRecord(file, new Map(Object.entries(read.done)), waves ?? read.waves);
    } catch {
      return undefined;
    }
  }

  /**
   * Returns the passes that need not be done again, because neither their stack nor anything before them has changed.
   * The record forgets all others.
   *
   * @param tasks tasks in an order in which they can run.
   * @param digestOf returns a stack's current digest.
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

  /** Adds a pass and saves the record at once. */
  add(id: string, pass: DonePass): void {
    this.done = new Map([...this.done, [id, pass]]);
    this.save();
  }

  /** Forgets passes, which are then done again. */
  forget(ids: readonly string[]): void {
    this.done = new Map([...this.done].filter(([id]) => !ids.includes(id)));
    this.save();
  }

  /** Saves the record as a complete file. */
  save(): void {
    const unfinished = `${this.file}.new`;
    const record = { format: 1, waves: this.waves?.text, done: Object.fromEntries(this.done) };
    writeFileSync(unfinished, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
    renameSync(unfinished, this.file);
  }

  /** Removes the record, since there is nothing left to continue. */
  remove(): void {
    rmSync(this.file, { force: true });
  }
}
