import { clearScreenDown, cursorTo, moveCursor } from "node:readline";
import type { WriteStream } from "node:tty";

/** A block of lines at the bottom of a terminal that is drawn over in place. */
export class LiveTable {
  private height = 0;
  private readonly ticking: NodeJS.Timeout;

  /** @param render the lines of now, no longer than the terminal is wide and fewer than it is high. */
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

  /** Puts lines above the table, which scroll away with what was there before. */
  say(text: string): void {
    this.clear();
    this.terminal.write(`${text}\n`);
    this.draw();
  }

  /** Takes the table away. */
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
