import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** The variable that a test run sets for itself and its processes, to have programs run in warm processes. */
const VARIABLE = "COUNTERSIGN_TEST_PROGRAMS";

let host: Promise<string> | undefined;

/**
 * From now on, this process and those that it starts have programs run by a host, and commands in Go, which live for
 * seconds, collect less garbage: that takes a tenth of their time. Benches measure without both, as for users.
 */
export function keepProgramsWarm(): void {
  process.env[VARIABLE] ??= "warm";
  process.env.GOGC ??= "400";
}

/**
 * The environment in which Pulumi commands have the program run by the host of this process, which the first call
 * starts, instead of in a process of their own: all of a command but that is as ever, and it takes half the time.
 *
 * @returns an empty one without `keepProgramsWarm`, and with COUNTERSIGN_TEST_PROGRAMS=apart.
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
