import { join } from "node:path";
import { Command, Option } from "commander";
import { PrivateKeyFound } from "../../enrollment/files";
import { connect, type ClusterOptions } from "../cluster/api";
import { CannotCheck } from "../failure";
import { count } from "../print";
import { readStackOutputs } from "../stack-outputs";
import { publicFiles, type ExportedFile } from "./exported-files";
import { nextSteps } from "./next-steps";
import type { SpinnakerOutputs } from "./outputs";
import { saveExport, type SavedExport } from "./save-export";
import { SECRETS, secretFiles, withResources } from "./secret-files";

interface Options extends ClusterOptions {
  readonly stack?: string;
  readonly outputs?: string;
  readonly to: string;
  readonly secrets?: true;
  readonly force?: true;
  readonly json?: true;
}

export const exportCommand = new Command("export")
  .description(
    "Writes the configuration of a stack's Spinnaker into files, for who deploys it otherwise. They name Secrets and hold none.",
  )
  .option("-s, --stack <name>", "the Pulumi stack (default: the selected one)")
  .addOption(
    new Option(
      "--outputs <file>",
      "its outputs, as `pulumi stack output --json` prints them",
    ).conflicts("stack"),
  )
  .requiredOption("--to <dir>", "the directory to write to")
  .option(
    "--secrets",
    `also write the Secrets, with private keys and passwords, into ${SECRETS}/, which only you can read`,
  )
  .option("--kubeconfig <path>", "the kubeconfig, with --secrets (default: as kubectl finds it)")
  .option("--context <name>", "its context (default: the current one)")
  .option("--force", "replace files that no export wrote, or that were changed since")
  .option("--json", "print an object for programs")
  .addHelpText("after", "\nExit status: 0 written or unchanged, 2 it could not be read or written.")
  .action(async (options: Options) => {
    const { stack: name, outputs: path, to } = options;
    const { spinnaker, origin } = await readStackOutputs(
      path === undefined ? { kind: "stack", name } : { kind: "file", path },
    );
    if (!spinnaker) {
      throw new CannotCheck(
        `${origin} has no Spinnaker: set countersign:spinnaker, and run \`pulumi up\``,
      );
    }
    const files = await filesOf(spinnaker, origin, options);
    const saved = savePublicly(() => saveExport(to, files, options.force ?? false));
    const steps = nextSteps(spinnaker, to, options.secrets ?? false);
    process.stdout.write(
      options.json
        ? exportJson(saved, origin, spinnaker, to, steps)
        : exportText(saved, spinnaker, to, steps),
    );
  });

/** Outputs with a private key in what is public are no outputs of ours. */
function savePublicly(save: () => SavedExport): SavedExport {
  try {
    return save();
  } catch (error) {
    if (error instanceof PrivateKeyFound) throw new CannotCheck(error.message);
    throw error;
  }
}

async function filesOf(
  spinnaker: SpinnakerOutputs,
  origin: string,
  options: Options,
): Promise<readonly ExportedFile[]> {
  const files = publicFiles(spinnaker, origin);
  if (!options.secrets) return files;
  const cluster = await connect(options);
  try {
    const secrets = await secretFiles(cluster, spinnaker);
    return [...withResources(files, secrets), ...secrets];
  } finally {
    cluster.close();
  }
}

export function exportText(
  { files, left }: SavedExport,
  { target }: SpinnakerOutputs,
  directory: string,
  steps: readonly string[],
): string {
  return [
    `${count(files.length, "file")} for ${target.kind}`,
    ...files.map(({ path, state }) => `  √ ${join(directory, path)}: ${state}`),
    ...left.map((path) => `  ! ${join(directory, path)}: of an earlier export, not of this one`),
    "",
    "Next:",
    ...steps.map((step) => `  - ${step}`),
    "",
  ].join("\n");
}

export function exportJson(
  { files, left }: SavedExport,
  origin: string,
  { target }: SpinnakerOutputs,
  directory: string,
  next: readonly string[],
): string {
  const exported = { origin, target: target.kind, directory, files, left, next };
  return `${JSON.stringify(exported, null, 2)}\n`;
}
