import { appendFileSync } from "node:fs";
import { maskCredentials } from "../../command/credentials";

/** A stream of a stack's log, without the credentials of URLs. It writes whole lines, because a URL may arrive in pieces. */
export class LogStream {
  private unfinished = "";

  constructor(private readonly file: string) {}

  readonly write = (text: string): void => {
    const end = text.lastIndexOf("\n") + 1;
    if (end > 0) this.append(this.unfinished + text.slice(0, end));
    this.unfinished = end > 0 ? text.slice(end) : this.unfinished + text;
  };

  /** Writes the last line, which may lack its end. */
  end(): void {
    if (this.unfinished !== "") this.append(this.unfinished);
    this.unfinished = "";
  }

  private append(text: string): void {
    appendFileSync(this.file, maskCredentials(text), { mode: 0o600 });
  }
}
