import { execFile } from "node:child_process";
import { atExit } from "../../../../command/at-exit";

/** Options for running another program. */
export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Its standard input. @default - nothing */
  readonly input?: string;
  /** In milliseconds, after which it is killed. */
  readonly timeout: number;
}

export interface ProgramOutcome {
  readonly stdout: string;
  readonly stderr: string;
  /** Why it failed; undefined if it succeeded. */
  readonly failure: "missing" | "timeout" | "status" | undefined;
}

/** Runs a program until it ends. It is killed if this process exits. */
export function runProgram(
  program: string,
  args: readonly string[],
  { env = process.env, input = "", timeout }: ProgramOptions,
): Promise<ProgramOutcome> {
  return new Promise((resolve) => {
    const options = { env, timeout, killSignal: "SIGKILL", maxBuffer: 256 << 20 } as const;
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      forget();
      resolve({ stdout, stderr, failure: failureOf(error) });
    });
    const forget = atExit(() => child.kill("SIGKILL"));
    child.stdin?.on("error", () => undefined); // it may end before it has read all
    child.stdin?.end(input);
  });
}

function failureOf(
  error: (Error & { code?: unknown; killed?: boolean }) | null,
): ProgramOutcome["failure"] {
  if (error === null) return undefined;
  if (error.code === "ENOENT") return "missing";
  return error.killed === true ? "timeout" : "status";
}
