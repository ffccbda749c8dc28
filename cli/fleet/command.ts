import { availableParallelism } from "node:os";
import { join, relative, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { decideOnSignals } from "../../command/at-exit";
import { say, sayJson } from "../../command/say";
import { withLock } from "../../host";
import { removeLeftoverKeys } from "../recovery/leftover-keys";
import { CannotStart } from "./failure";
import { manifests } from "./manifests/command";
import { passphrasesOf } from "./pulumi-cli";
import { FailedStacks } from "./report/comparison";
import { Display } from "./report/display";
import { Board } from "./report/progress";
import { exitStatus, renderJson, reportOf, type Report } from "./report/report";
import { renderSummary } from "./report/summary";
import { Passes, RunRecord, type DonePass, type PassResult } from "./run/passes";
import {
  inOrderOf,
  parseWaves,
  planPreview,
  planUp,
  planWaves,
  type Task,
  type Waves,
} from "./run/plan";
import { schedule } from "./run/schedule";
import { Verification, assertVerifiable } from "./run/verification";
import {
  readStackFolder,
  selectStacks,
  stackDigest,
  type StackFile,
  type StackFolder,
} from "./stack-folder";
import { Stacks } from "./stacks";

export const fleet = new Command("fleet")
  .description(
    "Runs the stacks of a folder in the order of their dependencies: the organizations' requests, the stacks that sign them, then the organizations.",
  )
  .addHelpText(
    "after",
    "\nBackend, passphrase and cluster come from the environment, as for the Pulumi CLI.\nExit status: 0 if everything is done, 1 if a stack failed or was not reached, 2 if nothing was started.",
  );

function add(name: "preview" | "up", description: string): Command {
  return fleet
    .command(name)
    .description(description)
    .option("-C, --directory <path>", "the folder of Pulumi.yaml and Pulumi.<stack>.yaml", ".")
    .option("-s, --select <name...>", "only these stacks; * matches any text, ? any character")
    .option(
      "-p, --parallel <number>",
      "how many stacks run at a time",
      wholeNumber,
      availableParallelism(),
    )
    .option(
      "--waves <sizes>",
      "stacks per wave: numbers, percentages and rest, e.g. 1,10%,rest; `up` verifies each wave before the next",
      parseWaves,
    )
    .option(
      "--passphrase-files <folder>",
      "passphrases of stacks that have their own: a file per stack, with the stack's name, that only its owner may read",
    )
    .option("--json", "print the result for programs; progress goes to standard error")
    .action(async (options: FleetOptions) => {
      process.exitCode = await runFleet(name, options);
    });
}

add("preview", "Shows what `up` would change, stack by stack.");
add("up", "Deploys the stacks.").option(
  "--resume",
  "continue a run that was interrupted or partly failed: skip what is done and has not changed since",
);

fleet.addCommand(manifests);

function wholeNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("write a whole number, at least 1.");
}

type Kind = "preview" | "up";

interface FleetOptions {
  readonly directory: string;
  readonly select?: readonly string[];
  readonly parallel: number;
  readonly waves?: Waves;
  readonly passphraseFiles?: string;
  readonly json?: true;
  readonly resume?: true;
}

/** A run: its stacks, its tasks, and its folder. */
interface Fleet {
  readonly folder: StackFolder;
  /** The selected stacks. */
  readonly names: readonly string[];
  readonly tasks: readonly Task[];
  /** Record of the passes that are done; undefined for a preview. */
  readonly record: RunRecord | undefined;
  /** A line for the user at the beginning. */
  readonly notice: string | undefined;
  readonly environmentOf: (stack: string) => Record<string, string>;
  /** Folder of the logs and the record. */
  readonly home: string;
}

/**
 * Previews or deploys the stacks of a folder.
 *
 * @returns the exit status.
 * @throws CannotStart if nothing was started.
 */
async function runFleet(kind: Kind, options: FleetOptions): Promise<0 | 1> {
  const folder = readStackFolder(resolve(options.directory));
  const selected = selectStacks(folder.stacks, options.select);
  const home = join(folder.directory, ".countersign", "fleet");
  const { record, notice } = kind === "up" ? recordOf(home, options) : {};
  const waves = record?.waves ?? options.waves;
  const tasks = plan(kind, selected, waves);
  const names = waves ? inOrderOf(tasks) : selected.map(({ name }) => name);
  // Stacks that sign are read for the verification, even if they are not selected.
  const signers = selected.flatMap(({ signed }) => signed.flatMap(({ signer }) => signer ?? []));
  const environmentOf = passphrasesOf(
    options.passphraseFiles,
    waves ? [...names, ...signers] : names,
  );

  const report = await withLock(
    join(home, "lock"),
    () => work(options, { folder, names, tasks, record, notice, environmentOf, home }),
    {
      onWait: (pid) => {
        throw new CannotStart(
          `another \`countersign fleet\` is running in ${folder.directory} (process ${pid}): wait until it has ended`,
        );
      },
    },
  );
  const logs = relative(process.cwd(), home);
  if (options.json) sayJson(renderJson(report));
  else say(renderSummary(report, logs, kind));
  return exitStatus(report);
}

/** Returns the record of an `up`, and what to tell the user about it. */
function recordOf(
  home: string,
  { resume, waves }: FleetOptions,
): { readonly record: RunRecord; readonly notice: string | undefined } {
  const file = join(home, "progress.json");
  const earlier = resume && RunRecord.read(file, waves);
  const record = earlier ?? RunRecord.begin(file, waves);
  if (resume && !earlier) return { record, notice: "There is no run to resume: all stacks run." };
  const isRemembered = earlier?.waves !== undefined && waves === undefined;
  return {
    record,
    notice: isRemembered ? `Continuing with --waves ${earlier.waves.text}.` : undefined,
  };
}

/** @throws CannotStart */
function plan(kind: Kind, selected: readonly StackFile[], waves: Waves | undefined): Task[] {
  if (waves === undefined) return kind === "up" ? planUp(selected) : planPreview(selected);
  if (kind === "up") assertVerifiable(selected);
  return planWaves(kind, selected, waves);
}

async function work(options: FleetOptions, fleet: Fleet): Promise<Report> {
  const { folder, names, tasks, record, notice, environmentOf, home } = fleet;
  const began = Date.now();
  const removed = removeLeftoverKeys();
  const stacks = await Stacks.open(folder.directory, environmentOf);
  const board = new Board(tasks);
  const display = new Display(process.stderr, () => board.byStack(names));
  const stop = stopOnSignals((text) => display.say(text));
  try {
    for (const line of removed) display.say(line);
    if (notice !== undefined) display.say(notice);
    display.plan();
    const kept =
      record?.keep(tasks, (stack) => stackDigest(folder.directory, stack)) ??
      new Map<string, DonePass>();
    // At once, so that a run continues in waves even if nothing of it is done.
    if (record?.waves) record.save();
    const passes = new Passes({
      folder,
      stacks,
      logs: home,
      kept,
      verification: new Verification(folder, stacks),
      ...(record && { record }),
      interrupt: stop.interrupt,
      onStep: (task, text) => board.step(task, text),
    });
    passes.removeLogs(tasks.filter(({ id }) => !kept.has(id)));
    const held: string[] = [];
    const ended = await schedule<Task, PassResult>(tasks, {
      parallel: options.parallel,
      run: (task) => passes.run(task),
      stopping: stop.stopping,
      onChange: (task, progress) => {
        if (task.pass === "verify" && progress.state === "done") held.push(task.stack);
        display.change(board.change(task, progress));
      },
    });
    const failed = tasks.filter(
      ({ id, pass, wave }) => wave && pass !== "preview" && ended.get(id)?.state === "failed",
    );
    const comparisons = await new FailedStacks(folder, stacks, held).compare(
      failed.map(({ stack }) => stack),
    );
    const report = reportOf(board.byStack(names), (Date.now() - began) / 1000, comparisons);
    if (exitStatus(report) === 0) record?.remove();
    return report;
  } finally {
    display.end();
    stop.end();
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Signal handling of a run. */
interface Stop {
  /** Aborted by the first signal: no new stack starts. */
  readonly stopping: AbortSignal;
  /** Gets an `abort` event each time that child processes must be interrupted. */
  readonly interrupt: AbortSignal;
  /** Restores the previous handling of signals. */
  readonly end: () => void;
}

/**
 * Stops a run in an orderly way: the first signal lets running updates finish, the second aborts them.
 *
 * Ctrl-C reaches the CLIs directly, since they belong to the terminal's process group. A second one would make them
 * abort, so the first SIGINT is not passed on. Other signals reach only this process.
 *
 * @param say tells the user what happens.
 */
function stopOnSignals(say: (text: string) => void): Stop {
  const stopping = new AbortController();
  const interrupt = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    const first = !stopping.signal.aborted;
    if (first) {
      stopping.abort();
      say("Stopping: no new stack starts, running updates finish. Interrupt again to abort them.");
    }
    // An event instead of abort(), which works only once: the Automation API interrupts the CLI on every event.
    if (!first || signal !== "SIGINT") interrupt.signal.dispatchEvent(new Event("abort"));
  };
  const leave = decideOnSignals();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    stopping: stopping.signal,
    interrupt: interrupt.signal,
    end: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
      leave();
    },
  };
}
