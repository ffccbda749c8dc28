import { posix } from "node:path";
import type { V1Container, V1KeyToPath, V1PodSpec, V1Volume } from "@kubernetes/client-node";
import type { Cluster } from "./api";

/** A file as a container sees it, and where it comes from. */
export interface PodFile {
  readonly content: Buffer;
  /** E.g. `Secret org-1/backend-client-pair-1a2b3c`. */
  readonly origin: string;
}

/** What a container sees below the paths of interest. */
export interface PodFiles {
  /** By path in the container. */
  readonly files: ReadonlyMap<string, PodFile>;
  /** Where each mount of interest comes from, as text that is equal for equal sources: `/path <- Secret name`. */
  readonly mounts: readonly string[];
  /** Objects and keys that are mounted but do not exist; with one of them a pod cannot start. */
  readonly missing: readonly string[];
}

interface Part {
  readonly kind: "Secret" | "ConfigMap";
  readonly name: string;
  readonly items: readonly V1KeyToPath[] | undefined;
  readonly optional: boolean;
}

/**
 * Puts together what a kubelet would mount into a container, out of Secrets and ConfigMaps, also projected ones and
 * single files (subPath). Nothing is read that is not mounted at, above or below one of the wanted paths.
 */
export async function podFiles(
  cluster: Cluster,
  namespace: string,
  pod: V1PodSpec,
  container: V1Container,
  wanted: readonly string[],
): Promise<PodFiles> {
  const files = new Map<string, PodFile>();
  const mounts: string[] = [];
  const missing: string[] = [];
  // Shortest first: a mount below another one hides what that has there.
  const relevant = (container.volumeMounts ?? [])
    .filter(({ mountPath }) =>
      wanted.some((path) => isWithin(path, mountPath) || isWithin(mountPath, path)),
    )
    .sort((one, other) => one.mountPath.length - other.mountPath.length);
  for (const mount of relevant) {
    const parts = partsOf(pod.volumes?.find(({ name }) => name === mount.name));
    mounts.push(describeMount(mount.mountPath, parts));
    for (const part of parts) {
      const origin = `${part.kind} ${namespace}/${part.name}`;
      const content = await contentOf(cluster, namespace, part);
      if (content === undefined) {
        if (!part.optional) missing.push(`${origin}, mounted at ${mount.mountPath}, does not exist`);
        continue;
      }
      for (const { key, path } of part.items ?? [...content.keys()].map(asItem)) {
        const bytes = content.get(key);
        const place = placeOf(mount.mountPath, mount.subPath, path);
        if (bytes === undefined) {
          if (!part.optional) missing.push(`${origin} has no key "${key}"`);
        } else if (place !== undefined) files.set(place, { content: bytes, origin });
      }
    }
  }
  return { files, mounts: mounts.sort(), missing };
}

function asItem(key: string): V1KeyToPath {
  return { key, path: key };
}

/** Where a file of a volume appears; undefined if the mount shows another part of the volume. */
function placeOf(mountPath: string, subPath: string | undefined, path: string): string | undefined {
  if (subPath === undefined || subPath === "") return posix.join(mountPath, path);
  const inner = posix.relative(subPath, path);
  return inner.startsWith("..") ? undefined : posix.join(mountPath, inner);
}

function partsOf(volume: V1Volume | undefined): Part[] {
  const { secret, configMap, projected } = volume ?? {};
  if (secret?.secretName !== undefined) {
    return [part("Secret", secret.secretName, secret.items, secret.optional)];
  }
  if (configMap?.name !== undefined) {
    return [part("ConfigMap", configMap.name, configMap.items, configMap.optional)];
  }
  return (projected?.sources ?? []).flatMap((source) => [
    ...(source.secret?.name === undefined
      ? []
      : [part("Secret", source.secret.name, source.secret.items, source.secret.optional)]),
    ...(source.configMap?.name === undefined
      ? []
      : [part("ConfigMap", source.configMap.name, source.configMap.items, source.configMap.optional)]),
  ]);
}

function part(kind: Part["kind"], name: string, items?: readonly V1KeyToPath[], optional?: boolean): Part {
  return { kind, name, items, optional: optional ?? false };
}

function describeMount(path: string, parts: readonly Part[]): string {
  const sources = parts.map(({ kind, name }) => `${kind} ${name}`).join(", ");
  return `${path} <- ${sources || "nothing that could be read"}`;
}

async function contentOf(
  cluster: Cluster,
  namespace: string,
  { kind, name }: Part,
): Promise<ReadonlyMap<string, Buffer> | undefined> {
  if (kind === "Secret") {
    const secret = await cluster.secret(namespace, name);
    return secret && decoded(secret.data);
  }
  const object = await cluster.configMap(namespace, name);
  const plain = Object.entries(object?.data ?? {}).map(([key, text]) => [key, Buffer.from(text)] as const);
  return object && new Map([...plain, ...decoded(object.binaryData)]);
}

function decoded(data: Readonly<Record<string, string>> = {}): Map<string, Buffer> {
  return new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64")]));
}

/** Whether a path is a directory or lies below it. */
function isWithin(path: string, directory: string): boolean {
  const inner = posix.relative(directory, path);
  return inner !== ".." && !inner.startsWith("../");
}
