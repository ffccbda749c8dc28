import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

const PATIENCE = 60_000;

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  /** The whole environment. @default - the environment of this process */
  readonly env?: NodeJS.ProcessEnv;
  /** Timeout in ms. @default - a minute */
  readonly timeout?: number;
}

/** Runs a program to its end, whatever its status. */
export async function run(
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const { input = "", timeout = PATIENCE, ...spawning } = options;
  const child = spawn(file, args, { ...spawning, timeout, killSignal: "SIGKILL", stdio: "pipe" });
  const [stdout, stderr] = [collected(child.stdout), collected(child.stderr)];
  child.stdin.on("error", () => undefined); // it may end before it has read everything
  child.stdin.end(input);
  const [status] = (await once(child, "close")) as [number | null];
  return { status, stdout: stdout.text, stderr: stderr.text };
}

/** Runs a program that must succeed, and returns its standard output. */
export async function output(
  file: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<string> {
  const { status, stdout, stderr } = await run(file, args, options);
  if (status !== 0)
    throw new Error(`${file} ${args[0] ?? ""} ended with ${status}:\n${stderr || stdout}`);
  return stdout;
}

const running = new Set<Server>();

// After an interruption, there is no time for hooks.
process.once("exit", () => running.forEach((server) => server.kill()));

/** Ends all servers that tests have started. It belongs in `after` hooks, which also run if a test fails. */
export async function stopServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.stop()));
}

/** A program that listens on a free loopback port, and prints its address. */
export class Server {
  private constructor(
    private readonly child: ChildProcessByStdio<Writable, Readable, Readable>,
    private readonly stderr: Collected,
    /** Host and port. */
    readonly address: string,
  ) {}

  /** Starts a server. @param listening pattern of its output when it listens; the first group is the address. */
  static async start(
    file: string,
    args: readonly string[],
    listening: RegExp,
    env: NodeJS.ProcessEnv = process.env,
  ): Promise<Server> {
    // Its standard input stays open until it is stopped, or until this process ends.
    const child = spawn(file, args, { env, stdio: "pipe" });
    child.stdin.on("error", () => undefined);
    const [stdout, stderr] = [collected(child.stdout), collected(child.stderr)];
    try {
      const [, address = ""] = await printed(child, stdout, listening, () => stderr.text);
      const server = new Server(child, stderr, address);
      running.add(server);
      return server;
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  /** Waits until it has written this to standard error, after the output for which the last call waited. */
  async hasSaid(pattern: RegExp): Promise<void> {
    const { index, 0: said } = await printed(this.child, this.stderr, pattern, () => "");
    this.stderr.text = this.stderr.text.slice(index + said.length);
  }

  async stop(): Promise<void> {
    running.delete(this);
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const closed = once(this.child, "close");
    this.kill();
    await closed;
  }

  /** Kills the server at once, because no server needs to clean up. */
  kill(): void {
    this.child.kill("SIGKILL");
  }
}

interface Collected {
  text: string;
  readonly stream: Readable;
}

function collected(stream: Readable): Collected {
  const sink: Collected = { text: "", stream };
  stream.setEncoding("utf8").on("data", (chunk: string) => (sink.text += chunk));
  return sink;
}

/** Waits for output. If the program ends or time runs out, the error's message contains all of its output. */
function printed(
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  sink: Collected,
  pattern: RegExp,
  rest: () => string,
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const match = pattern.exec(sink.text);
      if (match) settle(() => resolve(match));
    };
    const fail = (why: string) =>
      settle(() =>
        reject(
          new Error(`${why} before it had printed ${String(pattern)}:\n${sink.text}${rest()}`),
        ),
      );
    const ended = () => fail("the program ended");
    const missing = (error: Error) => fail(error.message);
    const timer = setTimeout(() => fail("patience ended"), PATIENCE);
    const settle = (then: () => void) => {
      clearTimeout(timer);
      sink.stream.off("data", look);
      child.off("close", ended).off("error", missing);
      then();
    };
    sink.stream.on("data", look);
    child.on("close", ended).on("error", missing);
    look();
  });
}
