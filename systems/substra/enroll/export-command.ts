import { Command } from "commander";
import { PrivateKeyFound } from "../../../enrollment/files";
import { sourceOf, withSource, type SourceOptions } from "../../../command/options";
import { readStackDocument } from "../../../command/stack-outputs";
import { exportsOf, type Exported } from "./export";
import { save, type SavedFile } from "./save";
import { admissionRows, aligned, requestRows } from "./screen";
import { complain, say, sayJson } from "../../../command/say";

interface Options extends SourceOptions {
  readonly to: string;
  readonly json?: true;
}

/** An export, with its saved files. */
export type Saved = Omit<Exported, "files"> & { readonly files: readonly SavedFile[] };

export const exportCommand = withSource(new Command("export"))
  .description(
    "Writes what a stack publishes for the other side to files: an organization's request, or the consortium's certificate, CAs and endpoint for it.",
  )
  .argument("[mspIds...]", "MSP IDs (default: all that the stack publishes)")
  .option("--to <dir>", "where a directory for each organization is created", "enrollments")
  .option("--json", "print an object for programs")
  .addHelpText(
    "after",
    "\nExit status: 0 written or unchanged, 1 it holds a private key, 2 it could not be read.",
  )
  .action(async (mspIds: readonly string[], { to, json, ...options }: Options) => {
    const { origin, content } = await readStackDocument(sourceOf(options));
    try {
      const saved = saveAll(exportsOf(content, origin, mspIds, to), process.cwd());
      if (json) sayJson(exportJson(saved, origin));
      else say(exportText(saved));
    } catch (error) {
      if (!(error instanceof PrivateKeyFound)) throw error;
      complain(`${error.message}\n`);
      process.exitCode = 1;
    }
  });

/** Saves all files. @throws PrivateKeyFound before anything is written. */
export function saveAll(exported: readonly Exported[], project: string): Saved[] {
  const saved = save(
    exported.flatMap(({ files }) => files),
    project,
  );
  const states = new Map(saved.map((file) => [file.path, file]));
  return exported.map(({ files, ...rest }) => ({
    ...rest,
    files: files.flatMap(({ path }) => states.get(path) ?? []),
  }));
}

export function exportText(saved: readonly Saved[]): string {
  const groups = saved.map((each) =>
    [
      `${each.kind} of ${each.mspId}`,
      ...aligned("certificate" in each.facts ? admissionRows(each.facts) : requestRows(each.facts)),
      ...each.files.map(({ path, state }) => `  √ ${path}: ${state}`),
      "",
    ].join("\n"),
  );
  return groups.join("\n");
}

export function exportJson(saved: readonly Saved[], origin: string): string {
  const exported = saved.map(({ mspId, kind, facts, files }) => ({ mspId, kind, facts, files }));
  return `${JSON.stringify({ origin, exported }, null, 2)}\n`;
}
