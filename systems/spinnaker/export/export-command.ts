import { Option } from "commander";
import { parseDocument, stringify } from "yaml";
import { CannotCheck } from "../../../command/failure";
import { exportCommand as commandOf } from "../../../export/command";
import type { ExportedFile } from "../../../export/save";
import { connect, type Cluster, type ClusterOptions } from "../../../verify/cluster/api";
import { quote } from "../../../x509";
import { readSpinnaker, servicesOf, type SpinnakerOutputs } from "../outputs";

/** Folder for the Secrets. */
const SECRETS = "secrets";

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

/** Relative paths. No part begins with a dot, so that no path leads out of the directory or is hidden in it. */
const PATH = /^[A-Za-z\d][\w.-]*(?:\/[A-Za-z\d][\w.-]*)*$/;

/**
 * Returns the public files of a target, as they are in the stack's outputs.
 *
 * @param origin origin of the outputs, for messages.
 * @throws CannotCheck if a path would lead out of the directory.
 */
export function publicFiles({ files }: SpinnakerOutputs, origin: string): ExportedFile[] {
  const entries = Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1));
  if (entries.length === 0) {
    throw new CannotCheck(`${origin} has no files of Spinnaker: run \`pulumi up\` first`);
  }
  return entries.map(([path, content]) => {
    if (!PATH.test(path)) {
      throw new CannotCheck(
        `${origin} has a file ${quote(path)}, which is not a path below a directory: nothing was written`,
      );
    }
    return { path, content, isSecret: false };
  });
}

/** Next steps after an export, with commands between backticks. */
export function nextSteps(
  { target, namespace }: SpinnakerOutputs,
  directory: string,
  withSecrets: boolean,
): string[] {
  // A kustomization includes its Secrets.
  const isSelfContained = target.kind === "kustomize";
  const secrets = withSecrets
    ? [
        `${directory}/${SECRETS} holds private keys: keep it out of git, and delete it after you have applied it`,
        ...(isSelfContained ? [] : [`\`kubectl apply --filename ${directory}/${SECRETS}\``]),
      ]
    : [
        `the Secrets are in namespace ${namespace} of the stack's cluster; for another cluster, export with --secrets`,
      ];
  return [...secrets, ...stepsOf(target, namespace, directory)];
}

function stepsOf(
  target: SpinnakerOutputs["target"],
  namespace: string,
  directory: string,
): readonly string[] {
  switch (target.kind) {
    case "operator": {
      const [group = ""] = target.apiVersion.split("/");
      return [
        `\`kubectl patch spinnakerservices.${group} ${target.name} --namespace ${namespace} --type merge --patch-file ${directory}/spinnakerservice.yml\`, or merge it into your manifest`,
      ];
    }
    case "kustomize":
      return [
        `list ${directory} under \`components:\` of your kustomization, as a path relative to it`,
        "`kubectl kustomize OVERLAY` shows the result",
      ];
    case "halyard":
      return [
        `copy ${directory}/profiles and ${directory}/service-settings below ~/.hal/<deployment>/; if a file already exists there, merge them`,
        "`hal deploy apply`",
      ];
  }
}

/**
 * Reads the Secrets of all services from this cluster, as manifests for another one.
 *
 * @throws CannotCheck if one does not exist.
 */
export async function secretFiles(
  cluster: Cluster,
  outputs: SpinnakerOutputs,
): Promise<ExportedFile[]> {
  const { namespace } = outputs;
  const names = new Set(
    servicesOf(outputs).flatMap(([, { secrets }]) =>
      [secrets.keys, secrets.trust, secrets.others].filter((name) => name !== undefined),
    ),
  );
  const manifests = await Promise.all(
    [...names].sort().map(async (name) => {
      const secret = await cluster.secret(namespace, name);
      if (secret?.data === undefined) {
        throw new CannotCheck(
          `Secret ${namespace}/${name} does not exist in the cluster of context "${cluster.context}": is that the stack's cluster? If not, give --context; if it is, run \`pulumi up --refresh\``,
        );
      }
      const manifest = {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name, namespace },
        type: secret.type ?? "Opaque",
        data: secret.data,
      };
      const content = stringify(manifest, { lineWidth: 0 });
      return { path: `${SECRETS}/${name}.yml`, content, isSecret: true };
    }),
  );
  return [{ path: `${SECRETS}/.gitignore`, content: "*\n", isSecret: true }, ...manifests];
}

/** Lists Secrets in the kustomization, so that it includes them. */
export function withResources(
  files: readonly ExportedFile[],
  secrets: readonly ExportedFile[],
): ExportedFile[] {
  const resources = secrets.map(({ path }) => path).filter((path) => path.endsWith(".yml"));
  return files.map((file) => {
    if (file.path !== "kustomization.yml") return file;
    const document = parseDocument(file.content.toString());
    document.set("resources", resources);
    return { ...file, content: document.toString({ lineWidth: 0 }) };
  });
}
