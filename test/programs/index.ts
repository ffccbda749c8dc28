import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** The variable that a test run sets for itself and its processes, so that programs run in warm processes. */
const VARIABLE = "COUNTERSIGN_TEST_PROGRAMS";

let host: Promise<string> | undefined;

/**
 * From now on, lets a host run the programs of this process and of those that it starts, and lets commands in Go, which
 * run for seconds, collect less garbage, which takes a tenth of their time. Benchmarks run without both, as users do.
 */
export function keepProgramsWarm(): void {
  process.env[VARIABLE] ??= "warm";
  process.env.GOGC ??= "400";
}

/**
 * Returns the environment in which this process's host runs the program of Pulumi commands, instead of a process for
 * each command. The first call starts the host. Everything else about a command stays the same, and it takes half the
 * time.
 *
 * @returns an empty environment without `keepProgramsWarm`, and with COUNTERSIGN_TEST_PROGRAMS=apart.
 */
export async function warmPrograms(): Promise<Record<string, string>> {
  if (process.env[VARIABLE] !== "warm") return {};
  host ??= start();
  return { PULUMI_OPTION_CLIENT: await host };
}

async function start(): Promise<string> {
  const child = fork(join(__dirname, "host.ts"), { execArgv: ["--import", "tsx"] });
  const [port] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => {
      throw new Error("the program host did not start");
    }),
  ])) as [number];
  // It must not keep this process from ending.
  child.unref();
  child.channel?.unref();
  return `127.0.0.1:${port}`;
}
