import { Command, type Option } from "commander";
import { CannotCheck } from "../command/failure";
import { say, sayJson } from "../command/say";
import { sourceOf, withSource, type SourceOptions } from "../command/options";
import { readStackDocument, type StackDocument } from "../command/stack-outputs";
import { PrivateKeyFound } from "../enrollment/files";
import { saveExport, type ExportedFile, type SavedExport } from "./save";
import { exportText } from "./text";

/** Outputs of a stack, as an export reads them. */
export interface ExportSource extends StackDocument {
  /**
   * Reads the keys that the stack keeps as a secret output.
   *
   * @throws CannotCheck if the outputs come from a file, which has no secret ones.
   */
  readonly keys: <T>(read: (stack: string | undefined) => Promise<T>) => Promise<T>;
}

/** Files of a system, and what to do with them. */
export interface Export {
  /** Kind of target, for programs. */
  readonly target: string;
  /** What the files are for, for people. */
  readonly purpose: string;
  readonly files: readonly ExportedFile[];
  readonly next: readonly string[];
}

/** An export as its system describes it. */
export interface SystemExport<Options extends object = object> {
  readonly description: string;
  /** Name of the file that records what was written, beside the files: systems may share a directory. */
  readonly record: string;
  /** Options besides those that every export has. @default - none */
  readonly options?: readonly Option[];
  /** @param to the directory, for the steps to do next. */
  read(source: ExportSource, to: string, options: Options): Promise<Export>;
}

interface Options extends SourceOptions {
  readonly to: string;
  readonly force?: true;
  readonly json?: true;
}

/** The command `export` of a system. */
export function exportCommand<Own extends object>(system: SystemExport<Own>): Command {
  const command = withSource(new Command("export"))
    .description(system.description)
    .requiredOption("--to <dir>", "the directory to write to")
    .option("--force", "replace files that no export wrote, or that were changed since")
    .option("--json", "print an object for programs")
    .addHelpText(
      "after",
      "\nExit status: 0 written or unchanged, 2 it could not be read or written.",
    );
  for (const option of system.options ?? []) command.addOption(option);
  return command.action(async (options: Options & Own) => {
    const { to, force = false, json } = options;
    const source = withKeys(await readStackDocument(sourceOf(options)));
    const { target, purpose, files, next } = await system.read(source, to, options);
    const saved = save(to, files, { record: system.record, force });
    const exported = { origin: source.origin, target, directory: to, ...saved, next };
    if (json) sayJson(`${JSON.stringify(exported, null, 2)}\n`);
    else say(exportText(purpose, saved, to, next));
  });
}

function withKeys(document: StackDocument): ExportSource {
  const { origin, stack } = document;
  const reason = `${origin} has no private keys, which are a secret output of the stack: give the stack with --stack, where its passphrase or key service is at hand`;
  return {
    ...document,
    keys: (read) => (stack ? read(stack.name) : Promise.reject(new CannotCheck(reason))),
  };
}

/** Outputs with a private key in what is public are not the outputs of a stack. */
function save(...args: Parameters<typeof saveExport>): SavedExport {
  try {
    return saveExport(...args);
  } catch (error) {
    if (error instanceof PrivateKeyFound) throw new CannotCheck(error.message);
    throw error;
  }
}
