import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { row, seconds, spread } from "./figures";

const run = promisify(execFile);
const ROUNDS = 9;

/** Ways to load the program into Node, compared with the Pulumi SDK alone; each has its own process. */
const STARTS = {
  "Pulumi SDK alone": ["-e", 'require("@pulumi/pulumi")'],
  "program, compiled when changed (ours)": ["-e", 'require("./program.cjs")'],
  "program, by tsx (no type checks)": ["--import", "tsx", "-e", 'require("./index.ts")'],
} as const;

/** Measures how long it takes to load the program, before it does anything. */
export async function measureStartUp(): Promise<void> {
  const cwd = resolve(__dirname, "..");
  const times = Object.fromEntries(Object.keys(STARTS).map((name) => [name, [] as number[]]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, args] of Object.entries(STARTS)) {
      const time = await seconds(() => run(process.execPath, args, { cwd }));
      if (round > 0) times[name]?.push(time); // the first round compiles and warms caches
    }
  }
  for (const [name, each] of Object.entries(times)) row(`${name} (s)`, spread(each));
}
