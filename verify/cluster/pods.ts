import { posix } from "node:path";
import type {
  V1Container,
  V1DaemonSet,
  V1DaemonSetStatus,
  V1Deployment,
  V1KeyToPath,
  V1PodSpec,
  V1StatefulSet,
  V1Volume,
  V1VolumeProjection,
} from "@kubernetes/client-node";
import type { Workload as WorkloadRef } from "../../components/kubernetes/workload";
import type { Cluster } from "./api";

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

/** Returns all containers of a pod, whose names differ. */
export function containersOf({ containers, initContainers = [] }: V1PodSpec): V1Container[] {
  return [...containers, ...initContainers];
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

/** A file as a container sees it, and its origin. */
export interface PodFile {
  readonly content: Buffer;
  /** E.g. `Secret org-1/backend-client-pair-1a2b3c`. */
  readonly origin: string;
}

/** Files that a container sees at some of its mounts. */
interface PodFiles {
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

/** A container's environment without secret variables. */
export type PodEnvironment = ReadonlyMap<string, string>;

/** Builds a container's environment. It does not read Secrets, because no check needs a password. */
export async function podEnvironment(
  cluster: Cluster,
  namespace: string,
  container: V1Container,
): Promise<PodEnvironment> {
  const environment = new Map<string, string>();
  for (const { prefix = "", configMapRef } of container.envFrom ?? []) {
    if (configMapRef?.name === undefined) continue;
    const object = await cluster.configMap(namespace, configMapRef.name);
    for (const [key, value] of Object.entries(object?.data ?? {}))
      environment.set(prefix + key, value);
  }
  // `env` takes precedence over `envFrom`.
  for (const { name, value, valueFrom } of container.env ?? []) {
    const reference = valueFrom?.configMapKeyRef;
    if (reference?.name !== undefined) {
      const object = await cluster.configMap(namespace, reference.name);
      const found = object?.data?.[reference.key];
      if (found !== undefined) environment.set(name, found);
    } else if (valueFrom === undefined) environment.set(name, value ?? "");
  }
  return environment;
}

/**
 * Describes why a workload has not rolled out, as `kubectl rollout status` does. Until it has, some pods still run with
 * what the previous template mounted.
 *
 * @returns the end of a sentence, or undefined if it has rolled out.
 */
export function rollOutProblem(
  workload: V1Deployment | V1StatefulSet | V1DaemonSet,
): string | undefined {
  const { metadata, status } = workload;
  if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0)) {
    return "was changed, and no controller has seen it yet";
  }
  return hasReplicas(workload) ? replicasProblem(workload) : daemonsProblem(workload.status);
}

/** Whether a workload has a number of pods, instead of one on each node. */
function hasReplicas(
  workload: V1Deployment | V1StatefulSet | V1DaemonSet,
): workload is V1Deployment | V1StatefulSet {
  return workload.status === undefined || !("desiredNumberScheduled" in workload.status);
}

function daemonsProblem(status: V1DaemonSetStatus | undefined): string | undefined {
  const wanted = status?.desiredNumberScheduled ?? 0;
  const updated = status?.updatedNumberScheduled ?? 0;
  if (updated < wanted) return `runs the new template in ${updated} of ${wanted} pods`;
  const ready = status?.numberReady ?? 0;
  return ready < wanted ? `has ${ready} of ${wanted} pods ready` : undefined;
}

function replicasProblem({ spec, status }: V1Deployment | V1StatefulSet): string | undefined {
  const wanted = spec?.replicas ?? 1;
  // A StatefulSet that has rolled out reports equal revisions, but no updated pods.
  const revisions = status as { currentRevision?: string; updateRevision?: string } | undefined;
  const settled =
    revisions?.updateRevision !== undefined &&
    revisions.currentRevision === revisions.updateRevision;
  const updated = settled ? wanted : (status?.updatedReplicas ?? 0);
  if (updated < wanted) return `runs the new template in ${updated} of ${wanted} pods`;
  if ((status?.replicas ?? 0) > wanted) return "still has pods of the old template";
  const ready = status?.readyReplicas ?? 0;
  return ready < wanted ? `has ${ready} of ${wanted} pods ready` : undefined;
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

/** Path at which a file of a volume appears; undefined if the mount shows another part of the volume. */
function placeOf(mountPath: string, subPath: string, path: string): string | undefined {
  const inner = posix.relative(subPath, path);
  return inner.startsWith("..") ? undefined : posix.join(mountPath, inner);
}

export function readWorkload(
  cluster: Cluster,
  namespace: string,
  { kind, name }: WorkloadRef,
): Promise<V1Deployment | V1StatefulSet | V1DaemonSet | undefined> {
  switch (kind) {
    case "Deployment":
      return cluster.deployment(namespace, name);
    case "StatefulSet":
      return cluster.statefulSet(namespace, name);
    case "DaemonSet":
      return cluster.daemonSet(namespace, name);
  }
}

/** Reads the entries of a Secret or ConfigMap; undefined if it does not exist. */
export async function contentOf(
  cluster: Cluster,
  namespace: string,
  { kind, name }: Pick<Part, "kind" | "name">,
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
