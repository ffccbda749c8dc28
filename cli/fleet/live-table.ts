import { clearScreenDown, cursorTo, moveCursor } from "node:readline";
import type { WriteStream } from "node:tty";

/** A block of lines at the bottom of a terminal that is redrawn in place. */
export class LiveTable {
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
