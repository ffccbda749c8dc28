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
  private constructor(
    private readonly child: ChildProcess,
    private readonly stopSignal: NodeJS.Signals,
  ) {}

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

  /** Stops it, and waits until it has ended. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill(this.stopSignal);
    await ended;
  }

  private prints(ready: RegExp): Promise<void> {
    let printed = "";
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`it waits; it printed ${printed}`)),
        PATIENCE_MS,
      );
      const take = (chunk: Buffer) => {
        if (printed.length < 10_000) printed += chunk.toString();
        if (!ready.test(printed)) return;
        clearTimeout(timer);
        resolve();
      };
      // Both are read to the end, since a full pipe would block the server.
      this.child.stdout?.on("data", take);
      this.child.stderr?.on("data", take);
      this.child.once("error", reject);
      this.child.once("exit", () => {
        clearTimeout(timer);
        reject(new Error(`it ended; it printed ${printed}`));
      });
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
