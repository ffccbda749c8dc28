import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { leaveMake } from "../leave-make";
import { files } from "./files";
import { inputs } from "./inputs";
import { kills } from "./kills";
import type { Part } from "./part";

/** The parts of `make soak`, in the order in which they run. */
const PARTS: Readonly<Record<string, Part>> = {
  kills,
  files,
  inputs: async ({ inputs: count, seed }) => {
    const figures = await inputs(count, seed);
    return { figures, holds: figures.at(-1) === "inputs: well" };
  },
};

const SYNTAX = {
  part: { type: "string" },
  seed: { type: "string" },
  kills: { type: "string", default: "100" },
  inputs: { type: "string", default: "100000" },
} as const;

leaveMake();

async function main(): Promise<void> {
  const { values } = parseArgs({ options: SYNTAX });
  const chosen = values.part === undefined || values.part === "" ? undefined : values.part;
  const parts = Object.entries(PARTS).filter(([name]) => chosen === undefined || name === chosen);
  if (parts.length === 0)
    throw new Error(
      `there is no part ${chosen ?? ""}; choose from ${Object.keys(PARTS).join(", ")}`,
    );
  const stopping = new AbortController();
  process.once("SIGINT", () => {
    process.stdout.write("stopping after this round; press again to stop at once\n");
    stopping.abort();
  });
  const options = {
    seed: wholeNumber("seed", values.seed ?? "") ?? randomInt(2 ** 31),
    kills: wholeNumber("kills", values.kills) ?? 100,
    inputs: wholeNumber("inputs", values.inputs) ?? 100_000,
    stopping: stopping.signal,
  };
  process.stdout.write(
    `seed ${options.seed}: repeat this run's choices with SEED=${options.seed}\n`,
  );
  const lines: string[] = [];
  for (const [name, part] of parts) {
    process.stdout.write(`\n=== ${name}\n`);
    const { figures, holds } = await part(options);
    lines.push(...figures.map((figure) => `${name}: ${figure}`));
    if (!holds) process.exitCode = 1;
  }
  process.stdout.write(`\n${lines.join("\n")}\n`);
}

function wholeNumber(name: string, text: string): number | undefined {
  if (text === "") return undefined;
  if (!/^\d{1,9}$/.test(text))
    throw new Error(`${name.toUpperCase()} is "${text}": write a whole number below 1,000,000,000`);
  return Number(text);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? "") : String(error)}\n`);
  process.exitCode = 1;
});
