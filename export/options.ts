import type { Command } from "commander";

/** What every export takes. */
export interface ExportOptions {
  readonly stack?: string;
  readonly to: string;
  readonly force?: true;
  readonly json?: true;
}

/** Declares the options and the exit status that all exports have in common. */
export function withExportOptions(command: Command): Command {
  return command
    .option("-s, --stack <name>", "the Pulumi stack (default: the selected one)")
    .requiredOption("--to <dir>", "the directory to write to")
    .option("--force", "replace files that no export wrote, or that were changed since")
    .option("--json", "print an object for programs")
    .addHelpText(
      "after",
      "\nExit status: 0 written or unchanged, 2 it could not be read or written.",
    );
}
