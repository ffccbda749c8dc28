import { clearScreenDown, cursorTo, moveCursor } from "node:readline";
import type { WriteStream } from "node:tty";
import { escapeInvisible } from "../../x509";
import type { BoardEntry } from "./board";
import { describeError, noteOf } from "./report";
import { SIGNS, changesText, columns, duration, indented } from "./text";

/** Progress of a run for people: a table on a terminal, lines elsewhere. */
export class Display {
  private readonly table: LiveTable | undefined;

  constructor(
    private readonly output: WriteStream,
    stacks: () => ReadonlyMap<string, readonly BoardEntry[]>,
  ) {
    if (output.isTTY) this.table = new LiveTable(output, (size) => renderTable(stacks(), size));
  }

  change(entry: BoardEntry): void {
    if (this.table) {
      this.table.draw();
      return;
    }
    const { progress } = entry;
    const error = progress.state === "failed" ? describeError(progress.error) : undefined;
    this.output.write(`${escapeInvisible(renderLine(entry, error))}\n`);
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
    private readonly render: (size: { columns: number; rows: number }) => readonly string[],
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

/** Renders the table of a run in progress: a line per stack. If not all of them fit, running stacks come first. */
export function renderTable(
  stacks: ReadonlyMap<string, readonly BoardEntry[]>,
  size: { readonly columns: number; readonly rows: number },
): string[] {
  const current = [...stacks.values()].flatMap((entries) => currentOf(entries) ?? []);
  const room = Math.max(1, size.rows - 2);
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
  if (hidden > 0) lines.push(`  and ${hidden} more stacks`);
  return lines.map((line) => line.slice(0, Math.max(0, size.columns - 1)));
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
      const details = [changesText(progress.result.changes), note].filter(Boolean).join("; ");
      return `${what} done in ${duration(seconds)} (${details})`;
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
