import { Command, CommanderError } from "commander";
import { UnreadableFile } from "../host";
import { COMMANDS } from "../systems/commands";
import { CannotCheck } from "../command/failure";
import { addCompletion } from "./completion";
import { fleet } from "./fleet/command";
import { report } from "./report/command";
import { verify } from "./verify";

/**
 * The command `countersign`.
 *
 * @param version of the package, for `--version`.
 */
export function countersign(version: string): Command {
  const program = new Command("countersign")
    .description("Looks after the certificates that a Countersign stack deployed.")
    .version(version)
    .addCommand(verify)
    .addCommand(fleet)
    .addCommand(report);
  for (const command of COMMANDS.flatMap(({ commands }) => commands)) program.addCommand(command);
  addCompletion(program);
  // Commander would end the process, with status 1; a command that was called wrongly has checked nothing.
  for (const command of commandsOf(program)) command.exitOverride();
  return program;
}

/** A command and all below it. */
export function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

/** Exit status of a command that ended in an error: 2, unless it was asked for help or its version. */
export function statusOf(error: unknown): number {
  return error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
}

/** What a command that ended in an error says; undefined if it has been said. A stack trace is for our own mistakes only. */
export function complaintOf(error: unknown): string | undefined {
  if (error instanceof CommanderError) return undefined;
  if (!(error instanceof Error)) return String(error);
  const isExpected = error instanceof CannotCheck || error instanceof UnreadableFile;
  return isExpected ? error.message : (error.stack ?? error.message);
}
