import type { WriteStream } from "node:tty";
import type { BoardEntry } from "./board";
import { LiveTable } from "./live-table";
import { escapeInvisible } from "../../x509";
import { describeError } from "./report";
import { renderLine, renderTable } from "./progress-text";

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
