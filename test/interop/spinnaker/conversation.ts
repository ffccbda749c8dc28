import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

const PATIENCE = 60_000;

/** Reason why a program could not execute a command. */
export interface Failure {
  readonly error: readonly string[];
  /** Port from which it called a server, if that was the command. */
  readonly from?: number;
}

export type Answer<T> = T | Failure;

const running = new Set<Conversation>();

// After an interruption, there is no time for hooks. The programs also end at the end of their input.
process.once("exit", () => running.forEach((each) => each.kill()));

/** Ends all programs of the tests. It belongs in `after` hooks, which also run if a test fails. */
export async function endConversations(): Promise<void> {
  await Promise.all([...running].map((each) => each.end()));
}

/** A program that answers each line of JSON with a line of JSON. */
export class Conversation {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly waiting: ((line: string | undefined) => void)[] = [];
  private errors = "";
  /** Folder for files that it leaves behind: it is killed, so it cannot clean up. */
  private readonly scratch = mkdtempSync(join(tmpdir(), "countersign-services-"));

  /** @param args returns its arguments for a folder of its own, which is deleted with it. */
  constructor(file: string, args: (scratch: string) => readonly string[], env = process.env) {
    this.child = spawn(file, args(this.scratch), { env, stdio: "pipe" });
    this.child.stdin.on("error", () => undefined);
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => (this.errors += text));
    this.child.on("error", (error) => (this.errors += error.message));
    createInterface(this.child.stdout)
      .on("line", (line) => this.waiting.shift()?.(line))
      .on("close", () => this.waiting.splice(0).forEach((settle) => settle(undefined)));
    running.add(this);
  }

  async ask<T extends object>(command: object): Promise<Answer<T>> {
    let timer: NodeJS.Timeout | undefined;
    const line = await new Promise<string | undefined>((resolve) => {
      this.waiting.push(resolve);
      timer = setTimeout(() => resolve(undefined), PATIENCE);
      this.child.stdin.write(`${JSON.stringify(command)}\n`);
    });
    clearTimeout(timer);
    if (line === undefined)
      throw new Error(`no answer; its last output:\n${this.errors.slice(-2000)}`);
    return JSON.parse(line) as Answer<T>;
  }

  /** Sends a command that must succeed. */
  async demand<T extends object>(command: object): Promise<T> {
    const answer = await this.ask<T>(command);
    if ("error" in answer) throw new Error(answer.error.join("\n"));
    return answer;
  }

  async end(): Promise<void> {
    running.delete(this);
    if (this.child.exitCode !== null || this.child.signalCode !== null) {
      this.clear();
      return;
    }
    const closed = once(this.child, "close");
    this.kill();
    await closed;
    this.clear();
  }

  kill(): void {
    this.child.kill("SIGKILL");
    this.clear();
  }

  private clear(): void {
    rmSync(this.scratch, { recursive: true, force: true });
  }
}
