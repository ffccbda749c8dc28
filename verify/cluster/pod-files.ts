import { posix } from "node:path";
import type { V1KeyToPath } from "@kubernetes/client-node";
import type { Cluster } from "./api";
import type { Mount, Part } from "./mounts";

/** A file as a container sees it, and its origin. */
export interface PodFile {
  readonly content: Buffer;
  /** E.g. `Secret org-1/backend-client-pair-1a2b3c`. */
  readonly origin: string;
}

/** Files that a container sees at some of its mounts. */
export interface PodFiles {
  /** By path in the container. */
  readonly files: ReadonlyMap<string, PodFile>;
  /** Objects and keys that are mounted but do not exist; a pod with one of them cannot start. */
  readonly missing: readonly string[];
}

/**
 * Assembles what a kubelet would show a container at its mounts: Secrets and ConfigMaps, including projected ones and
 * single files (subPath). All of it stays in memory, because it includes private keys.
 */
export async function podFiles(
  cluster: Cluster,
  namespace: string,
  mounts: readonly Mount[],
): Promise<PodFiles> {
  const files = new Map<string, PodFile>();
  const missing: string[] = [];
  // Shortest path first: a mount below another one hides what the other one has there.
  const ordered = [...mounts].sort((one, other) => one.mountPath.length - other.mountPath.length);
  for (const { mountPath, subPath, parts } of ordered) {
    for (const part of parts) {
      const origin = `${part.kind} ${namespace}/${part.name}`;
      const content = await contentOf(cluster, namespace, part);
      if (content === undefined) {
        if (!part.optional) missing.push(`${origin}, mounted at ${mountPath}, does not exist.`);
        continue;
      }
      const items: readonly Pick<V1KeyToPath, "key" | "path">[] =
        part.items ?? [...content.keys()].map((key) => ({ key, path: key }));
      for (const { key, path } of items) {
        const bytes = content.get(key);
        const place = placeOf(mountPath, subPath, path);
        if (bytes === undefined) {
          if (!part.optional) missing.push(`${origin} has no key "${key}".`);
        } else if (place !== undefined) files.set(place, { content: bytes, origin });
      }
    }
  }
  return { files, missing };
}

/** Path at which a file of a volume appears; undefined if the mount shows another part of the volume. */
function placeOf(mountPath: string, subPath: string, path: string): string | undefined {
  const inner = posix.relative(subPath, path);
  return inner.startsWith("..") ? undefined : posix.join(mountPath, inner);
}

async function contentOf(
  cluster: Cluster,
  namespace: string,
  { kind, name }: Part,
): Promise<ReadonlyMap<string, Buffer> | undefined> {
  if (kind === "Secret") {
    const secret = await cluster.secret(namespace, name);
    return secret && new Map(decoded(secret.data));
  }
  const object = await cluster.configMap(namespace, name);
  const texts = Object.entries(object?.data ?? {}).map(([key, text]): [string, Buffer] => [
    key,
    Buffer.from(text),
  ]);
  return object && new Map([...texts, ...decoded(object.binaryData)]);
}

function decoded(data: Readonly<Record<string, string>> = {}): [string, Buffer][] {
  return Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64")]);
}
