import { Command, InvalidArgumentError } from "commander";
import { ensureToolchain, type Toolchain } from ".";
import { groups, type Group } from "./tools";

interface Options {
  readonly groups: readonly Group[];
  readonly printEnv?: true;
}

const command = new Command("toolchain")
  .description(
    "Finds the tools that Countersign runs with, and builds those that this machine lacks.",
  )
  .option("--groups <list>", `which tools, of: ${groups.join(", ")}`, parseGroups, groups)
  .option("--print-env", "print shell commands that set up the tools, for eval")
  .action(async (options: Options) => {
    const toolchain = await ensureToolchain(options.groups);
    process.stdout.write(options.printEnv ? shellExports(toolchain) : table(toolchain));
  });

function parseGroups(text: string): readonly Group[] {
  return text.split(",").map((name) => {
    const group = groups.find((known) => known === name.trim());
    if (group === undefined) {
      throw new InvalidArgumentError(
        `"${name}" is not a group; write one or more of ${groups.join(",")}`,
      );
    }
    return group;
  });
}

function shellExports(toolchain: Toolchain): string {
  return Object.entries(toolchain.env)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join("");
}

function table(toolchain: Toolchain): string {
  const rows = [...toolchain.tools.values()].map(({ tool, file, origin }) => {
    return `${tool.name.padEnd(28)}${tool.purpose}\n  ${origin}: ${file}\n`;
  });
  return rows.join("");
}

command.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
