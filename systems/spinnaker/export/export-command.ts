import { Option } from "commander";
import { CannotCheck } from "../../../command/failure";
import { exportCommand as commandOf } from "../../../export/command";
import type { ExportedFile } from "../../../export/save";
import { connect, type ClusterOptions } from "../../../verify/cluster/api";
import { readSpinnaker, type SpinnakerOutputs } from "../outputs";
import { publicFiles } from "./exported-files";
import { nextSteps } from "./next-steps";
import { SECRETS, secretFiles, withResources } from "./secret-files";

interface Options extends ClusterOptions {
  readonly secrets?: true;
}

export const exportCommand = commandOf<Options>({
  description:
    "Writes the configuration of a stack's Spinnaker to files, for whoever deploys it without the stack. They refer to Secrets and contain none.",
  record: ".countersign-export.json",
  options: [
    new Option(
      "--secrets",
      `also write the Secrets, with private keys and passwords, into ${SECRETS}/, which only you can read`,
    ),
    new Option(
      "--kubeconfig <path>",
      "the kubeconfig, with --secrets (default: as kubectl finds it)",
    ),
    new Option("--context <name>", "its context (default: the current one)"),
  ],
  read: async (source, to, options) => {
    const { origin } = source;
    const spinnaker = readSpinnaker(source);
    if (!spinnaker) {
      throw new CannotCheck(
        `${origin} has no Spinnaker: set countersign:spinnaker, and run \`pulumi up\``,
      );
    }
    const target = spinnaker.target.kind;
    return {
      target,
      purpose: target,
      files: await filesOf(spinnaker, origin, options),
      next: nextSteps(spinnaker, to, options.secrets ?? false),
    };
  },
});

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
