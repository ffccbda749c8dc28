import { Command, CommanderError } from "commander";
import { CannotCheck } from "../command/failure";
import { complain } from "../command/say";
import { UnreadableFile } from "../host";
import { COMMANDS } from "../systems/commands";
import { addCompletion } from "./completion";
import { enroll } from "./enroll/command";
import { fleet } from "./fleet/command";
import { initCommand } from "./init";
import { report } from "./report/command";
import { verify } from "./verify";

/**
 * Runs the command with the arguments of this process.
 *
 * @param version version of the package.
 */
export async function main(version: string): Promise<void> {
  try {
    await countersign(version).parseAsync();
  } catch (error) {
    const complaint = complaintOf(error);
    if (complaint !== undefined) complain(`${complaint}\n`);
    process.exitCode = statusOf(error);
  }
}

/**
 * The command `countersign`.
 *
 * @param version version of the package, for `--version`.
 */
export function countersign(version: string): Command {
  const program = new Command("countersign")
    .description("Looks after the certificates that a Countersign stack deployed.")
    .version(version)
    .addCommand(verify)
    .addCommand(fleet)
    .addCommand(report)
    .addCommand(initCommand(version))
    .addCommand(enroll);
  for (const command of COMMANDS.flatMap(({ commands }) => commands)) program.addCommand(command);
  addCompletion(program);
  // By default, Commander ends the process with status 1. But a command with wrong arguments has checked nothing.
  for (const command of commandsOf(program)) command.exitOverride();
  return program;
}

export function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

/** Returns the exit status of a command that ended in an error: 2, unless it was asked for help or its version. */
export function statusOf(error: unknown): number {
  return error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
}

/**
 * Returns the message of a command that ended in an error; undefined if it has been printed already. Only Countersign's
 * own bugs are shown with a stack trace.
 */
export function complaintOf(error: unknown): string | undefined {
  if (error instanceof CommanderError) return undefined;
  if (!(error instanceof Error)) return String(error);
  const isExpected = error instanceof CannotCheck || error instanceof UnreadableFile;
  return isExpected ? error.message : (error.stack ?? error.message);
}
