import { join, relative, resolve } from "node:path";
import { withLock } from "../../host";
import { removeLeftoverKeys } from "../recovery/leftover-keys";
import { Board } from "./board";
import { Display } from "./display";
import { CannotStart } from "./failure";
import { passphrasesOf } from "./passphrases";
import { Passes, type PassResult } from "./passes";
import { planPreview, planUp, type Task } from "./plan";
import { RunRecord, type DonePass } from "./record";
import { exitStatus, reportOf, type Report } from "./report";
import { schedule } from "./schedule";
import { selectStacks } from "./select";
import { readStackFolder, stackDigest, type StackFolder } from "./stack-folder";
import { Stacks } from "./stacks";
import { stopOnSignals } from "./stop";
import { renderJson, renderSummary } from "./summary";
import { say, sayJson } from "../../command/say";

export type Kind = "preview" | "up";

export interface FleetOptions {
  readonly directory: string;
  readonly select?: readonly string[];
  readonly parallel: number;
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
export async function runFleet(kind: Kind, options: FleetOptions): Promise<0 | 1> {
  const folder = readStackFolder(resolve(options.directory));
  const selected = selectStacks(folder.stacks, options.select);
  const names = selected.map(({ name }) => name);
  const tasks = kind === "up" ? planUp(selected) : planPreview(selected);
  const environmentOf = passphrasesOf(options.passphraseFiles, names);
  const home = join(folder.directory, ".countersign", "fleet");

  const report = await withLock(
    join(home, "lock"),
    () => work(kind, options, { folder, names, tasks, environmentOf, home }),
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

async function work(kind: Kind, options: FleetOptions, fleet: Fleet): Promise<Report> {
  const { folder, names, tasks, environmentOf, home } = fleet;
  const began = Date.now();
  const removed = removeLeftoverKeys();
  const stacks = await Stacks.open(folder.directory, environmentOf);
  const board = new Board(tasks);
  const display = new Display(process.stderr, () => board.byStack(names));
  const stop = stopOnSignals((text) => display.say(text));
  try {
    for (const line of removed) display.say(line);
    const { record, kept } = recordOf(kind, options, fleet, (text) => display.say(text));
    const passes = new Passes({
      folder,
      stacks,
      logs: home,
      kept,
      ...(record && { record }),
      interrupt: stop.interrupt,
      onStep: (task, text) => board.step(task, text),
    });
    passes.removeLogs(tasks.filter(({ id }) => !kept.has(id)));
    await schedule<Task, PassResult>(tasks, {
      parallel: options.parallel,
      run: (task) => passes.run(task),
      stopping: stop.stopping,
      onChange: (task, progress) => display.change(board.change(task, progress)),
    });
    const report = reportOf(board.byStack(names), (Date.now() - began) / 1000);
    if (exitStatus(report) === 0) record?.remove();
    return report;
  } finally {
    display.end();
    stop.end();
  }
}

/** Returns the record of passes that are done, and the passes to skip. A preview has no record. */
function recordOf(
  kind: Kind,
  { resume }: FleetOptions,
  { folder, tasks, home }: Fleet,
  say: (text: string) => void,
): { record?: RunRecord; kept: ReadonlyMap<string, DonePass> } {
  if (kind === "preview") return { kept: new Map() };
  const file = join(home, "progress.json");
  const earlier = resume && RunRecord.read(file);
  if (!earlier) {
    if (resume) say("There is no run to resume: all stacks run.");
    return { record: RunRecord.begin(file), kept: new Map() };
  }
  const kept = earlier.keep(tasks, (stack) => stackDigest(folder.directory, stack));
  return { record: earlier, kept };
}
