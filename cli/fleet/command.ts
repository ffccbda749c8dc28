import { availableParallelism } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { runFleet, type FleetOptions } from "./run";

export const fleet = new Command("fleet")
  .description(
    "Runs the stacks of a folder in the order of their dependencies: the organizations' requests, the stacks that sign them, then the organizations.",
  )
  .addHelpText(
    "after",
    "\nBackend, passphrase and cluster come from the environment, as for the Pulumi CLI.\nExit status: 0 if everything is done, 1 if a stack failed or was not reached, 2 if nothing was started.",
  );

function add(name: "preview" | "up", description: string): Command {
  return fleet
    .command(name)
    .description(description)
    .option("-C, --directory <path>", "the folder of Pulumi.yaml and Pulumi.<stack>.yaml", ".")
    .option("-s, --select <name...>", "only these stacks; * matches any text, ? any character")
    .option(
      "-p, --parallel <number>",
      "how many stacks run at a time",
      wholeNumber,
      availableParallelism(),
    )
    .option(
      "--passphrase-files <folder>",
      "passphrases of stacks that have their own: a file per stack, with the stack's name, that only its owner may read",
    )
    .option("--json", "print the result for programs; progress goes to standard error")
    .action(async (options: FleetOptions) => {
      process.exitCode = await runFleet(name, options);
    });
}

add("preview", "Shows what `up` would change, stack by stack.");
add("up", "Deploys the stacks.").option(
  "--resume",
  "continue a run that was interrupted or partly failed: skip what is done and has not changed since",
);

function wholeNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("write a whole number, at least 1.");
}
