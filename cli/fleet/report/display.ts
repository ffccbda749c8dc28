import { clearScreenDown, cursorTo, moveCursor } from "node:readline";
import type { WriteStream } from "node:tty";
import { duration } from "../../../host";
import { count } from "../../../verify/print";
import { escapeInvisible } from "../../../x509";
import type { Task } from "../run/plan";
import { planText, waveLine, waveStates, type BoardEntry, type WaveState } from "./progress";
import { describeError, noteOf } from "./report";
import { SIGNS, changesText, columns, indented } from "./text";

/** Progress of a run for people: a table on a terminal, lines elsewhere. */
export class Display {
  private readonly table: LiveTable | undefined;
  /** Lines about waves. */
  private readonly said = new Set<string>();

  constructor(
    private readonly output: WriteStream,
    private readonly stacks: () => ReadonlyMap<string, readonly BoardEntry[]>,
  ) {
    if (output.isTTY) this.table = new LiveTable(output, (size) => renderTable(stacks(), size));
  }

  change(entry: BoardEntry): void {
    const { task, progress } = entry;
    // A wave of an `up` begins before its first pass, and ends after its last one.
    const wave = task.pass === "preview" ? undefined : this.waveOf(task);
    if (wave?.state === "running") this.sayOnce(wave);
    if (this.table) this.table.draw();
    else if (!wave?.untouched) {
      const error = progress.state === "failed" ? describeError(progress.error) : undefined;
      this.say(renderLine(entry, error));
    }
    if (wave) this.sayOnce(wave);
  }

  /** Shows which stacks are in which wave, if the run has waves. */
  plan(): void {
    for (const line of planText(this.waves())) this.say(line);
  }

  private waves(): readonly WaveState[] {
    return waveStates([...this.stacks().values()].flat());
  }

  private waveOf(task: Task): WaveState | undefined {
    return this.waves().find(({ wave }) => wave === task.wave);
  }

  private sayOnce(wave: WaveState): void {
    const line = waveLine(wave);
    if (line === undefined || this.said.has(line)) return;
    this.said.add(line);
    this.say(line);
  }

  say(text: string): void {
    const shown = escapeInvisible(text);
    if (this.table) this.table.say(shown);
    else this.output.write(`${shown}\n`);
  }

  end(): void {
    this.table?.end();
  }
}

/** A block of lines at the bottom of a terminal that is redrawn in place. */
class LiveTable {
  private height = 0;
  private readonly ticking: NodeJS.Timeout;

  /** @param render returns the current lines: none wider than the terminal, and fewer than its height. */
  constructor(
    private readonly terminal: WriteStream,
    private readonly render: (size: Size) => readonly string[],
  ) {
    this.ticking = setInterval(() => this.draw(), 1000);
    this.draw();
  }

  draw(): void {
    const lines = this.render(this.terminal);
    this.clear();
    this.terminal.write(lines.map((line) => `${line}\n`).join(""));
    this.height = lines.length;
  }

  /** Prints lines above the table; they scroll away with the earlier output. */
  say(text: string): void {
    this.clear();
    this.terminal.write(`${text}\n`);
    this.draw();
  }

  /** Removes the table. */
  end(): void {
    clearInterval(this.ticking);
    this.clear();
  }

  private clear(): void {
    cursorTo(this.terminal, 0); // the terminal may have shown a ^C
    moveCursor(this.terminal, 0, -this.height);
    clearScreenDown(this.terminal);
    this.height = 0;
  }
}

/** Room for the table of a run. */
interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * Renders the table of a run in progress: a line per stack. If not all of them fit, running stacks come first. With
 * waves, there is a line per wave, and only the stacks of the current wave are shown.
 */
export function renderTable(
  stacks: ReadonlyMap<string, readonly BoardEntry[]>,
  { columns: width, rows }: Size,
): string[] {
  const all = [...stacks.values()];
  const waves = waveStates(all.flat());
  let room = Math.max(1, rows - 2 - waves.length);
  const lines = waves.flatMap((state) => {
    const { wave, of, stacks: names, complete } = state;
    const isCurrent = state.state === "running";
    const progress = isCurrent ? `, ${complete} complete` : "";
    const head = `${SIGNS[state.state]}  wave ${wave} of ${of}: ${count(names.length, "stack")}${progress}`;
    if (!isCurrent) return head;
    const own = all.map((entries) => entries.filter(({ task }) => task.wave === wave));
    const shown = renderStacks(own, Math.max(1, room));
    room -= shown.length;
    return [head, ...indented(shown.join("\n"))];
  });
  const table = waves.length === 0 ? renderStacks(all, room) : lines;
  return table.map((line) => line.slice(0, Math.max(0, width - 1)));
}

/** @param room number of lines. */
function renderStacks(stacks: readonly (readonly BoardEntry[])[], room: number): string[] {
  const current = stacks.flatMap((entries) => currentOf(entries) ?? []);
  const shown =
    current.length <= room
      ? current
      : [...current].sort((one, other) => urgency(one) - urgency(other)).slice(0, room - 1);
  const lines = columns(
    shown.map(({ task, progress, seconds, step }) => [
      SIGNS[progress.state],
      task.stack,
      task.pass,
      progress.state,
      seconds === undefined ? "" : duration(seconds),
      step ?? "",
    ]),
  );
  const hidden = current.length - shown.length;
  return hidden > 0 ? [...lines, `  and ${hidden} more stacks`] : lines;
}

/** Renders a change as a line of a log, with the error if there is one. */
export function renderLine({ task, progress, seconds = 0 }: BoardEntry, error?: string): string {
  const what = `${task.stack}: ${task.pass}`;
  const note = noteOf(progress);
  switch (progress.state) {
    case "pending":
    case "running":
      return `${what} begins`;
    case "done": {
      const changes = task.pass === "verify" ? [] : [changesText(progress.result.changes)];
      return `${what} done in ${duration(seconds)} (${[...changes, note].filter(Boolean).join("; ")})`;
    }
    case "failed":
      return [`${what} failed after ${duration(seconds)}`, ...indented(error ?? "")].join("\n");
    case "skipped":
      return `${what} skipped, because ${note ?? ""}`;
    case "interrupted":
      return progress.begun
        ? `${what} interrupted after ${duration(seconds)}`
        : `${what} not started`;
  }
}

/** Returns the pass of a stack to show: the one that is running, else one that failed, else the next, else the last. */
function currentOf(entries: readonly BoardEntry[]): BoardEntry | undefined {
  const inState = (state: string) => entries.find(({ progress }) => progress.state === state);
  return inState("running") ?? inState("failed") ?? inState("pending") ?? entries.at(-1);
}

const URGENCY: readonly string[] = ["running", "failed", "pending", "interrupted", "skipped"];

function urgency({ progress }: BoardEntry): number {
  const position = URGENCY.indexOf(progress.state);
  return position < 0 ? URGENCY.length : position;
}
