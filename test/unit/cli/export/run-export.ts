import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";

/** What an export printed, where it wrote, and the file of outputs that it read. */
export interface Exporting {
  readonly text: string;
  readonly to: string;
  readonly outputs: string;
}

/** Runs an export with a file of outputs, in a folder of the test. */
export async function runExport(
  command: Command,
  folder: string,
  content: unknown,
  ...args: readonly string[]
): Promise<Exporting> {
  const [outputs, to] = [join(folder, "outputs.json"), join(folder, "out")];
  writeFileSync(outputs, JSON.stringify(content));
  const write = process.stdout.write.bind(process.stdout);
  let text = "";
  process.stdout.write = (part) => (text += String(part)) !== "";
  try {
    const places = args.includes("--to") ? [] : ["--outputs", outputs, "--to", to];
    await command.parseAsync([...places, ...args], { from: "user" });
  } finally {
    process.stdout.write = write;
  }
  return { text, to, outputs };
}
