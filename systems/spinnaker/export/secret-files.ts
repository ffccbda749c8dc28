import { parseDocument, stringify } from "yaml";
import type { Cluster } from "../../../verify/cluster/api";
import type { ExportedFile } from "../../../export/save";
import { CannotCheck } from "../../../command/failure";
import { servicesOf, type SpinnakerOutputs } from "../outputs";

/** Folder for the Secrets. */
export const SECRETS = "secrets";

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
