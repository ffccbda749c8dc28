import type { WriteStream } from "node:tty";
import type { BoardEntry } from "./board";
import { LiveTable } from "./live-table";
import { describeError } from "./report";
import { renderLine, renderTable } from "./progress-text";

/** Shows how a run goes: a table on a terminal, lines elsewhere. */
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
    this.output.write(`${renderLine(entry, error)}\n`);
  }

  say(text: string): void {
    if (this.table) this.table.say(text);
    else this.output.write(`${text}\n`);
  }

  end(): void {
    this.table?.end();
  }
}
