import { appendFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { LIMITS, readFileText } from "../../../host";
import type { Changes } from "../events";
import { PassFailed, StackLocked, areAbandoned, describeLocks } from "../failure";
import { stackDigest, stackIn, type StackFile, type StackFolder } from "../stack-folder";
import type { Following, Stacks, Update } from "../stacks";
import { parseWaves, type Task, type Waves } from "./plan";
import type { Verification } from "./verification";

export interface PassResult {
  readonly changes: Changes;
  /** Reasons why the stack's organizations still wait, one sentence each. */
  readonly waiting: readonly string[];
  /** A remark for people. @default - none */
  readonly note?: string;
}

export interface PassesOptions {
  readonly folder: StackFolder;
  readonly stacks: Pick<Stacks, "create" | "outputs" | "up" | "preview" | "recover">;
  /** Folder of the stacks' logs. */
  readonly logs: string;
  /** Passes that are not done again. */
  readonly kept: ReadonlyMap<string, DonePass>;
  readonly verification: Pick<Verification, "verify">;
  /** Record of the passes that are done. @default - none, for passes that change nothing */
  readonly record?: RunRecord;
  readonly interrupt: AbortSignal;
  readonly onStep: (task: Task, text: string) => void;
}

/** Runs passes of stacks. */
export class Passes {
  constructor(private readonly options: PassesOptions) {}

  /** Removes the logs of the previous run. */
  removeLogs(tasks: readonly Task[]): void {
    for (const { stack } of tasks) rmSync(this.logOf(stack), { force: true });
  }

  /** @throws PassFailed */
  async run(task: Task): Promise<PassResult> {
    const { folder, kept, record } = this.options;
    const { id, stack } = task;
    const before = kept.get(id);
    if (before) return { changes: {}, waiting: before.waiting, note: "already done" };

    const file = stackIn(folder, stack);
    // Calculated before the pass, so that an edit during the pass counts as a change after it.
    const digest = stackDigest(folder.directory, stack);
    const result = await this.begin(task, file);
    record?.add(id, { digest, waiting: result.waiting });
    return result;
  }

  private async begin(task: Task, file: StackFile): Promise<PassResult> {
    const { stacks } = this.options;
    const { stack, pass } = task;
    if (pass === "verify") return { changes: {}, waiting: [], note: await this.verify(task, file) };
    const isNew = await stacks.create(file);
    if (pass === "preview") {
      return { changes: await stacks.preview(stack, this.following(task)), waiting: [] };
    }
    const requested = isNew ? undefined : await this.alreadyRequested(task);
    return requested ?? (await this.update(task, file));
  }

  /** Verifies a stack. If it does not hold, it is deployed again by the next run, even without a change. */
  private async verify(task: Task, file: StackFile): Promise<string> {
    const { verification, record } = this.options;
    const { log } = this.following(task);
    try {
      return await verification.verify(file, (text) => appendFileSync(log, text));
    } catch (error) {
      record?.forget(task.needs);
      throw error;
    }
  }

  private async alreadyRequested({ stack, pass, requests }: Task): Promise<PassResult | undefined> {
    if (pass !== "request") return undefined;
    const outputs = await this.options.stacks.outputs(stack);
    if (!outputs.hasRequests(requests)) return undefined;
    return { changes: {}, waiting: outputs.waiting, note: "already requested" };
  }

  private async update(task: Task, file: StackFile): Promise<PassResult> {
    const { stacks } = this.options;
    const { stack } = task;
    const following = this.following(task);
    try {
      return resultOf(await stacks.up(stack, following));
    } catch (error) {
      if (!(error instanceof StackLocked)) throw error;
      if (!areAbandoned(error.locks)) throw new PassFailed([describeLocks(stack, error.locks)]);
      const mended = await stacks.recover(file);
      const dead = error.locks.map(({ pid }) => pid).join(" and ");
      const note = [`removed the lock of process ${dead}, which was killed`, ...mended].join("; ");
      return { ...resultOf(await this.again(stack, following)), note };
    }
  }

  /** Updates without removing a lock again: whoever holds one now has acquired it since. */
  private async again(stack: string, following: Following): Promise<Update> {
    try {
      return await this.options.stacks.up(stack, following);
    } catch (error) {
      if (error instanceof StackLocked) throw new PassFailed([describeLocks(stack, error.locks)]);
      throw error;
    }
  }

  private following(task: Task): Following {
    const { interrupt, onStep } = this.options;
    const log = this.logOf(task.stack);
    appendFileSync(log, `== ${task.id}, ${new Date().toISOString()}\n`, { mode: 0o600 });
    return { log, interrupt, onStep: (text) => onStep(task, text) };
  }

  private logOf(stack: string): string {
    return join(this.options.logs, `${stack}.log`);
  }
}

function resultOf({ changes, outputs }: Update): PassResult {
  return { changes, waiting: outputs.waiting };
}

const recordForm = z.object({
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
      const read = recordForm.parse(JSON.parse(readFileText(file, { limit: LIMITS.config })));
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
