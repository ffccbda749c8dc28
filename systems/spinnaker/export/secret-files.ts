import { parseDocument, stringify } from "yaml";
import type { Cluster } from "../../../verify/cluster/api";
import type { ExportedFile } from "../../../export/save";
import { CannotCheck } from "../../../command/failure";
import { servicesOf, type SpinnakerOutputs } from "../outputs";

/** Where Secrets are written. */
export const SECRETS = "secrets";

/**
 * The Secrets of all services as manifests, for another cluster, read from this one.
 *
 * @throws CannotCheck if one is not there.
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

/** Lists Secrets in the kustomization, so that it brings them along. */
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
