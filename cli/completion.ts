import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";

type Say = (value: string, description: string) => void;

/** Adds `completion <shell>`, which prints a script for the shell, and `complete`, which that script calls. */
export function addCompletion(program: Command): void {
  const commands = tab(program, { completionCommandName: "completion" }).commands;
  for (const command of program.commands.flatMap((each) => [each, ...each.commands])) {
    const known = commands.get(pathOf(command));
    if (known === undefined) continue;
    for (const option of command.options) {
      const values = valuesOf(option.attributeName(), option.flags);
      const value = known.options.get(option.long?.slice(2) ?? "");
      if (values && value) value.handler = values;
    }
    for (const argument of known.arguments.values()) {
      const values = valuesOf(argument.name, `<${argument.name}>`);
      if (values) argument.handler = values;
    }
  }
}

/** The words by which a command is called, e.g. `enroll export`. */
function pathOf(command: Command): string {
  const words: string[] = [];
  for (let each = command; each.parent; each = each.parent) words.unshift(each.name());
  return words.join(" ");
}

function valuesOf(name: string, flags: string): ((say: Say) => void) | undefined {
  if (name === "stack" || name === "select") return stacks;
  if (name === "waves") return waves;
  return /<(file|folder|dir|path|paths)>/.test(flags) ? paths : undefined;
}

/** The stacks that have a file in the working directory. */
function stacks(say: Say): void {
  for (const file of entriesOf(".")) {
    const [, stack] = /^Pulumi\.(.+)\.ya?ml$/.exec(file.name) ?? [];
    if (stack !== undefined) say(stack, "");
  }
}

/** Examples of sizes, which can be edited. */
function waves(say: Say): void {
  say("1,10%,rest", "one stack, then a tenth of them, then all others");
  say("1,rest", "one stack, then all others");
}

/** The entries of the folder that the last word names so far. */
function paths(say: Say): void {
  const word = (process.argv.at(-1) ?? "").replace(/^--[\w-]+=/, "");
  const folder = word.endsWith("/") ? word : dirname(word);
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    say(word.startsWith("./") ? `./${path}` : path, entry.isDirectory() ? "folder" : "");
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // there is nothing to complete with
  }
}
