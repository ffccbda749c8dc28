import { posix } from "node:path";
import type {
  V1Container,
  V1KeyToPath,
  V1PodSpec,
  V1Volume,
  V1VolumeProjection,
} from "@kubernetes/client-node";

/** An object that a volume contains, or one of several in a projected volume. */
export interface Part {
  readonly kind: "Secret" | "ConfigMap";
  readonly name: string;
  /** Keys and their files. @default - a file for every key, with its name */
  readonly items: readonly V1KeyToPath[] | undefined;
  /** Whether a pod starts without the object or a key of it. */
  readonly optional: boolean;
}

/** A mount of Secrets and ConfigMaps. */
export interface Mount {
  readonly mountPath: string;
  /** The part of the volume that is mounted; empty for all of it. */
  readonly subPath: string;
  readonly parts: readonly Part[];
}

/** Returns the mounts of a container at, above or below one of the wanted paths. */
export function mountsOf(
  pod: V1PodSpec,
  container: V1Container,
  wanted: readonly string[],
): readonly Mount[] {
  return (container.volumeMounts ?? [])
    .filter(({ mountPath }) =>
      wanted.some((path) => isWithin(path, mountPath) || isWithin(mountPath, path)),
    )
    .map(({ name, mountPath, subPath = "" }) => ({
      mountPath,
      subPath,
      parts: partsOf(pod.volumes?.find((volume) => volume.name === name)),
    }));
}

/** Describes a mount, equally for mounts of the same objects: `/path <- Secret name`. */
export function describeMount({ mountPath, parts }: Mount): string {
  const sources = parts.map(({ kind, name }) => `${kind} ${name}`).join(", ");
  return `${mountPath} <- ${sources || "neither Secret nor ConfigMap"}`;
}

/** Whether a path is the directory itself or is below it. */
export function isWithin(path: string, directory: string): boolean {
  const inner = posix.relative(directory, path);
  return inner !== ".." && !inner.startsWith("../");
}

function partsOf(volume: V1Volume | undefined): Part[] {
  if (volume?.secret !== undefined) {
    const { secretName, items, optional } = volume.secret;
    return part("Secret", { name: secretName, items, optional });
  }
  if (volume?.configMap !== undefined) return part("ConfigMap", volume.configMap);
  return (volume?.projected?.sources ?? []).flatMap(({ secret, configMap }: V1VolumeProjection) => [
    ...(secret ? part("Secret", secret) : []),
    ...(configMap ? part("ConfigMap", configMap) : []),
  ]);
}

interface Reference {
  readonly name?: string | undefined;
  readonly items?: V1KeyToPath[] | undefined;
  readonly optional?: boolean | undefined;
}

function part(kind: Part["kind"], { name, items, optional = false }: Reference): Part[] {
  return name === undefined ? [] : [{ kind, name, items, optional }];
}
