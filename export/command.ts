import { join } from "node:path";
import { Command, type Option } from "commander";
import { CannotCheck } from "../command/failure";
import {
  readStackDocument,
  sourceOf,
  withSource,
  type SourceOptions,
  type StackDocument,
} from "../command/stack-outputs";
import type { StackAccess } from "../command/pulumi";
import { say, sayJson } from "../command/say";
import { PrivateKeyFound } from "../enrollment/files";
import { count } from "../verify/print";
import { saveExport, type ExportedFile, type SavedExport } from "./save";

/** Outputs of a stack, for an export. */
export interface ExportSource extends StackDocument {
  /**
   * Reads the keys that the stack keeps as a secret output.
   *
   * @throws CannotCheck if the outputs come from a file, which has no secret outputs.
   */
  readonly keys: <T>(read: (stack: StackAccess) => Promise<T>) => Promise<T>;
}

/** Files of a system, and the next steps. */
export interface Export {
  /** Kind of target, for programs. */
  readonly target: string;
  /** What the files are for, for people. */
  readonly purpose: string;
  readonly files: readonly ExportedFile[];
  readonly next: readonly string[];
}

/** Contract of a system's export. */
interface SystemExport<Options extends object = object> {
  readonly description: string;
  /**
   * Name of the file beside the others that records what was written. Each system has its own, since systems may share
   * a directory.
   */
  readonly record: string;
  /** Options besides those that every export has. @default - none */
  readonly options?: readonly Option[];
  /** @param to the directory, for the text of the next steps. */
  read(source: ExportSource, to: string, options: Options): Promise<Export>;
}

interface Options extends SourceOptions {
  readonly to: string;
  readonly force?: true;
  readonly json?: true;
}

export function exportCommand<Own extends object>(system: SystemExport<Own>): Command {
  const command = withSource(new Command("export"))
    .description(system.description)
    .requiredOption("--to <dir>", "the directory to write to")
    .option("--force", "replace files that no export wrote, or that have been changed since")
    .option("--json", "print an object for programs")
    .addHelpText(
      "after",
      "\nExit status: 0 the files were written or unchanged, 2 something could not be read or written.",
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
  const reason = `${origin} has no private keys, which are a secret output of the stack: give the stack with --stack, in an environment with its passphrase or key service`;
  return {
    ...document,
    keys: (read) => (stack ? read(stack) : Promise.reject(new CannotCheck(reason))),
  };
}

/** Saves the export. A private key in a public file is a problem of the outputs, which are not those of a stack. */
function save(...args: Parameters<typeof saveExport>): SavedExport {
  try {
    return saveExport(...args);
  } catch (error) {
    if (error instanceof PrivateKeyFound) throw new CannotCheck(error.message);
    throw error;
  }
}

/** Describes what an export did, and what to do next. */
export function exportText(
  what: string,
  saved: SavedExport,
  directory: string,
  next: readonly string[],
): string {
  return [
    `${count(saved.files.length, "file")} for ${what}`,
    ...savedLines(saved, directory),
    "",
    "Next:",
    ...next.map((step) => `  - ${step}`),
    "",
  ].join("\n");
}

/** Describes what happened to each file, one on each line. */
function savedLines({ files, deleted, left }: SavedExport, directory: string): string[] {
  return [
    ...files.map(({ path, state }) => `  √ ${join(directory, path)}: ${state}`),
    ...deleted.map(
      (path) => `  √ ${join(directory, path)}: deleted, left over from an earlier export`,
    ),
    ...left.map(
      (path) =>
        `  ! ${join(directory, path)}: left over from an earlier export, and changed since: delete it yourself`,
    ),
  ];
}
