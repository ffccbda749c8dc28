import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Command } from "commander";
import { z } from "zod";
import { CannotCheck } from "../failure";
import { explain } from "../pulumi";
import { readAnyOutputs } from "../stack-outputs";
import { filesOf, writeExport } from "./export";
import { readChoreo, type ChoreoOutputs } from "./outputs";

interface Options {
  readonly stack?: string;
  readonly json?: true;
}

async function read({ stack }: Options): Promise<ChoreoOutputs> {
  const { origin, content } = await readAnyOutputs({ kind: "stack", name: stack });
  return readChoreo(content, origin);
}

const plan = new Command("plan")
  .description("Shows what is to be entered into Choreo's console; of keys the hash alone.")
  .option("-s, --stack <name>", "the Pulumi stack (default: the selected one)")
  .option("--json", "print an array for programs")
  .action(async (options: Options) => {
    const outputs = await read(options);
    process.stdout.write(options.json ? planJson(outputs) : planText(outputs));
  });

const exporting = new Command("export")
  .description("Writes the contents, keys included, into files that only you can read.")
  .option("-s, --stack <name>", "the Pulumi stack (default: the selected one)")
  .requiredOption("--to <dir>", "where each component's folder is made")
  .action(async (options: Options & { readonly to: string }) => {
    const outputs = await read(options);
    if (outputs.choreo.target.kind !== "console") {
      throw new CannotCheck("the keys of this project are in Secrets of its cluster only");
    }
    const files = filesOf(outputs, await readKeys(options.stack));
    writeExport(options.to, files);
    for (const { path } of files) process.stdout.write(`√ ${path}\n`);
  });

export const choreo = new Command("choreo")
  .description("What the components of a Choreo project are given.")
  .addCommand(plan)
  .addCommand(exporting);

/** Through a pipe: it is in no argument and on no screen, nor in a message if it cannot be read. */
async function readKeys(stack: string | undefined): Promise<Readonly<Record<string, string>>> {
  const selected = stack === undefined ? [] : ["--stack", stack];
  const args = ["stack", "output", "choreoKeys", "--show-secrets", "--json", "--non-interactive"];
  let text: string;
  try {
    ({ stdout: text } = await promisify(execFile)("pulumi", [...args, ...selected]));
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    throw new CannotCheck(`the keys cannot be read: ${explain(stderr)}`);
  }
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text));
  } catch {
    throw new CannotCheck("the keys cannot be read: they are not in the form of this version");
  }
}

/** The rows of all components. */
export function planJson({ choreo: { components } }: ChoreoOutputs): string {
  const rows = Object.values(components).flatMap((component) => component.plan);
  return `${JSON.stringify(rows, null, 2)}\n`;
}

/** A table for each component. */
export function planText({ choreo: { components } }: ChoreoOutputs): string {
  const groups = Object.entries(components).map(([name, component]) => {
    const rows = component.plan.map((row) => [
      row.kind,
      row.name,
      row.secret ? "secret" : "",
      row.mountPath ?? row.variable ?? "",
      row.value ?? `sha256 ${row.sha256.slice(0, 16)}`,
      row.notAfter === undefined ? "" : `until ${row.notAfter.slice(0, 10)}`,
    ]);
    const widths = [0, 1, 2, 3, 4].map((at) =>
      Math.max(...rows.map((row) => row[at]?.length ?? 0)),
    );
    const lines = rows.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  "));
    return [name, ...lines.map((line) => `  ${line.trimEnd()}`), ""].join("\n");
  });
  return groups.join("\n");
}
