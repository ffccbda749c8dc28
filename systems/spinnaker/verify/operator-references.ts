import type { Cluster } from "../../../verify/cluster/api";
import type { PodFile } from "../../../verify/cluster/pod-files";
import type { Properties } from "./properties";

/** Settings whose references the Operator has replaced, and the files that it mounts for them. */
export interface Resolved {
  readonly properties: Properties;
  readonly files: ReadonlyMap<string, PodFile>;
  readonly missing: readonly string[];
}

const REFERENCE = /^encrypted(File)?:k8s!(.+)$/;

/**
 * Resolves references as the Operator does (armory/spinnaker-operator d92e6808, transformer/secrets.go). It mounts the
 * files to which a profile refers and replaces references to them by paths, and other references by their content.
 */
export async function resolveReferences(
  cluster: Cluster,
  namespace: string,
  service: string,
  properties: Properties,
): Promise<Resolved> {
  const files = new Map<string, PodFile>();
  const missing = new Set<string>();
  const resolve = async (value: string): Promise<string> => {
    const [, asFile, parameters = ""] = REFERENCE.exec(value) ?? [];
    if (parameters === "") return value;
    const { n: name, k: key } = readParameters(parameters);
    if (name === undefined || key === undefined) {
      missing.add(`a reference to a Secret lacks the name or the key: it must be n:NAME!k:KEY.`);
      return value;
    }
    const origin = `Secret ${namespace}/${name}`;
    const secret = await cluster.secret(namespace, name);
    const content = secret?.data?.[key];
    if (content === undefined) {
      missing.add(
        secret === undefined ? `${origin} does not exist.` : `${origin} has no key "${key}".`,
      );
      return value;
    }
    const bytes = Buffer.from(content, "base64");
    if (asFile === undefined) return bytes.toString("utf8");
    const path = `/opt/${service}/secrets/${name}/${key}`;
    files.set(path, { content: bytes, origin });
    return path;
  };
  const entries = await Promise.all(
    [...properties].map(async ([name, value]) => [name, await resolve(value)] as const),
  );
  return { properties: new Map(entries), files, missing: [...missing] };
}

function readParameters(text: string): Readonly<Record<string, string | undefined>> {
  const pairs = text.split("!").map((part) => part.split(":"));
  return Object.fromEntries(pairs.filter((pair) => pair.length === 2)) as Record<string, string>;
}
