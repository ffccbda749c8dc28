import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A user and group that a server runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** A program to run, without any variable of ours, which could be secret or affect it. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** @default - the user of this process */
  readonly account?: Account;
}

const PATIENCE_MS = 60_000;

/** A server that ends with the process that started it, however that process ends. */
export class Server {
  /** What it has printed lately. */
  private printed = "";

  private constructor(
    private readonly child: ChildProcess,
    private readonly stopSignal: NodeJS.Signals,
  ) {
    // Both are read to the end, since a full pipe would block the server.
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        this.printed = (this.printed + chunk.toString()).slice(-10_000);
        child.emit("printed");
      });
  }

  /**
   * Starts a server.
   *
   * @param ready matches what it prints when it accepts connections.
   * @param stopSignal ends it at once, but in good order.
   */
  static async start(program: Program, ready: RegExp, stopSignal: NodeJS.Signals): Promise<Server> {
    const [file, args] = commandOf(program, stopSignal);
    const child = spawn(file, args, {
      ...optionsOf(program),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const server = new Server(child, stopSignal);
    try {
      await server.prints(ready);
      return server;
    } catch (error) {
      await server.stop();
      throw new Error(`${program.file} did not start: ${(error as Error).message}`);
    }
  }

  /** The process ID, for signals. */
  get pid(): number {
    return this.child.pid ?? 0; // spawn sets it at once, unless the program is missing
  }

  /** Stops it, and waits until it has ended. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill(this.stopSignal);
    await ended;
  }

  /** Waits until it prints something that matches, or has printed it lately. */
  prints(ready: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (then: () => void) => {
        clearTimeout(timer);
        this.child.off("printed", look).off("exit", ended).off("error", reject);
        then();
      };
      const fail = (what: string) => reject(new Error(`${what}; it printed ${this.printed}`));
      const look = () => {
        if (ready.test(this.printed)) settle(resolve);
      };
      const ended = () => settle(() => fail("it ended"));
      const timer = setTimeout(() => settle(() => fail("it waits")), PATIENCE_MS);
      this.child.on("printed", look).once("exit", ended).once("error", reject);
      look();
    });
  }
}

/** Runs a program to its end. @returns what it prints. */
export async function runToEnd(program: Program): Promise<string> {
  const [file, args] = commandOf(program, "SIGKILL");
  const { stdout } = await run(file, args, optionsOf(program));
  return stdout;
}

/** Returns the command that runs a program as a user, and has the kernel end it when this process is gone. */
function commandOf({ file, args, account }: Program, atEnd: NodeJS.Signals): [string, string[]] {
  const as =
    account === undefined
      ? []
      : [`--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups"];
  return ["setpriv", [...as, "--pdeathsig", atEnd.replace("SIG", ""), "--", file, ...args]];
}

function optionsOf({ cwd, environment }: Program): { cwd: string; env: Record<string, string> } {
  return { cwd, env: { PATH: process.env.PATH ?? "", HOME: cwd, ...environment } };
}
