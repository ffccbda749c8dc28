import { Command, Option } from "commander";
import { PrivateKeyFound } from "../../../enrollment/files";
import { connect, type ClusterOptions } from "../../../verify/cluster/api";
import { withExportOptions, type ExportOptions } from "../../../export/options";
import { saveExport, type ExportedFile, type SavedExport } from "../../../export/save";
import { exportText } from "../../../export/text";
import { CannotCheck } from "../../../command/failure";
import { readStackOutputs } from "../../../command/stack-outputs";
import { publicFiles } from "./exported-files";
import { nextSteps } from "./next-steps";
import type { SpinnakerOutputs } from "../outputs";
import { SECRETS, secretFiles, withResources } from "./secret-files";
import { say } from "../../../command/say";

interface Options extends ExportOptions, ClusterOptions {
  readonly outputs?: string;
  readonly secrets?: true;
}

export const exportCommand = withExportOptions(new Command("export"))
  .description(
    "Writes the configuration of a stack's Spinnaker into files, for who deploys it otherwise. They name Secrets and hold none.",
  )
  .addOption(
    new Option(
      "--outputs <file>",
      "its outputs, as `pulumi stack output --json` prints them",
    ).conflicts("stack"),
  )
  .option(
    "--secrets",
    `also write the Secrets, with private keys and passwords, into ${SECRETS}/, which only you can read`,
  )
  .option("--kubeconfig <path>", "the kubeconfig, with --secrets (default: as kubectl finds it)")
  .option("--context <name>", "its context (default: the current one)")
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
    const saved = savePublicly(() =>
      saveExport(to, files, { system: "spinnaker", force: options.force ?? false }),
    );
    const steps = nextSteps(spinnaker, to, options.secrets ?? false);
    say(
      options.json
        ? exportJson(saved, origin, spinnaker, to, steps)
        : exportText(spinnaker.target.kind, saved, to, steps),
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

export function exportJson(
  saved: SavedExport,
  origin: string,
  { target }: SpinnakerOutputs,
  directory: string,
  next: readonly string[],
): string {
  const exported = { origin, target: target.kind, directory, ...saved, next };
  return `${JSON.stringify(exported, null, 2)}\n`;
}
