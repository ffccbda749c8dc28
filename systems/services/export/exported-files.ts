import { posix } from "node:path";
import { CannotCheck } from "../../../command/failure";
import type { ExportedFile } from "../../../export/save";
import type { Cluster } from "../../../verify/cluster/api";
import type { ServiceOutputs } from "../outputs";
import { fileNames, missingIn, readService, type ObjectFiles } from "../verify/service-view";

/** Folders of a service. Two, because both objects may have a file of the same name. */
export const FOLDERS = { keys: "keys", ca: "ca" } as const;

/**
 * Reads the files of a service from the cluster, named as it reads them.
 *
 * @throws CannotCheck if one does not exist.
 */
export async function filesOf(
  cluster: Cluster,
  service: ServiceOutputs,
): Promise<readonly ExportedFile[]> {
  const view = await readService(cluster, service);
  const [missing] = missingIn(view);
  if (missing !== undefined) {
    throw new CannotCheck(
      `${missing} does not exist in the cluster of context "${cluster.context}": is that the stack's cluster? If not, give --context; if it is, run \`pulumi up --refresh\``,
    );
  }
  const names = fileNames(service, view);
  const folder = posix.join(service.name, FOLDERS.keys);
  const files = [
    // Nobody shall commit keys by accident.
    { path: posix.join(folder, ".gitignore"), content: "*\n", isSecret: true },
    ...taken(view.keys, names.keys, folder, true),
    ...taken(view.ca, names.ca, caFolder(service), hasSecretCas(service)),
  ];
  // Two stores in one Secret share the file with their password.
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

/** Returns the folder with the CAs: that of the keys if they are in the same Secret, but are no folder themselves. */
export function caFolder({ name, files: { ca } }: ServiceOutputs): string {
  const isBeside = ca.object === "keys" && ca.form !== "directory";
  return posix.join(name, isBeside ? FOLDERS.keys : FOLDERS.ca);
}

/** Whether the file with the CAs has a password next to it, or is next to the key. A store is not text, either. */
function hasSecretCas({ files: { ca } }: ServiceOutputs): boolean {
  return ca.form === "pkcs12" || ca.form === "jks" || ca.object === "keys";
}

function taken(
  { place, files }: ObjectFiles,
  names: readonly string[],
  folder: string,
  isSecret: boolean,
): ExportedFile[] {
  if (names.length === 0) throw new CannotCheck(`${place} has no CAs: ${REFRESH}`);
  return names.map((name) => {
    const file = files?.get(name);
    if (file === undefined) throw new CannotCheck(`${place} has no ${name}: ${REFRESH}`);
    const content = isSecret ? file.content : file.content.toString("utf8");
    return { path: posix.join(folder, name), content, isSecret };
  });
}

const REFRESH = "run `pulumi up --refresh`, which restores it";
