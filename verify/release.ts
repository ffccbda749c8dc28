import type { V1Container } from "@kubernetes/client-node";
import { messageOf } from "../command/failure";
import type { ReleaseRef } from "../command/stack-outputs";
import { REPAIR, type Checklist } from "./check";
import type { Cluster } from "./cluster/api";
import {
  decodeRelease,
  objectsNaming,
  releaseSecretName,
  type HelmRelease,
} from "./cluster/helm-release";
import { containersOf, mountsOf, type Part } from "./cluster/pods";
import { checkNoKeys, configMapDrift, readConfigMaps } from "./config-maps";
import {
  consumersOf,
  readContainer,
  type Consumer,
  type ConsumingContainer,
  type PodView,
} from "./pod-view";

/**
 * Reads a release back from the API server, and checks that it matches the stack and has rolled out.
 *
 * @returns the views of its consumers, one for each container; none if something that they mount is missing.
 */
export async function readRelease(
  cluster: Cluster,
  ref: ReleaseRef,
  consumer: Consumer,
  list: Checklist,
): Promise<readonly PodView[]> {
  const release = await findRelease(cluster, ref, list);
  if (release === undefined) return [];
  const consumers = consumersOf(release.workloads, consumer);
  if (consumers.length === 0) {
    const message = `no container of the release mounts anything below ${consumer.mountsBelow}: TLS is off in its values.`;
    list.fail("mounted-objects", message, REPAIR.values);
    return [];
  }
  return readConsumers(cluster, release, consumers, list);
}

/**
 * Reads what containers of a release see now, and checks that it is as in the release and has rolled out.
 *
 * @returns a view for each container; none if something that they mount is missing.
 */
async function readConsumers(
  cluster: Cluster,
  release: HelmRelease,
  consumers: readonly ConsumingContainer[],
  list: Checklist,
): Promise<readonly PodView[]> {
  const read = await Promise.all(consumers.map((each) => readContainer(cluster, release, each)));
  const views = read.flatMap(({ view }) => view ?? []);
  const configMaps = await readConfigMaps(cluster, release.namespace, release, views);
  const all = (problems: "unfinished" | "drift" | "missing") => [
    ...new Set(read.flatMap((each) => each[problems])),
  ];
  const count =
    consumers.length === 1
      ? "the workload that uses"
      : `the ${consumers.length} workloads that use`;
  list.judge(
    "roll-out",
    all("unfinished"),
    `${count} its certificates rolled out`,
    "Wait for `kubectl rollout status`; if it does not end, `kubectl describe pod` shows why.",
  );
  list.judge(
    "drift",
    [...all("drift"), ...configMapDrift(release, configMaps)],
    "mounts and ConfigMaps are as in the release",
    "Somebody changed it by hand: undo it (`kubectl rollout undo`, `kubectl edit`).",
  );
  const missing = all("missing");
  list.judge("mounted-objects", missing, "everything that the pods mount exists", REPAIR.objects);
  checkNoKeys(list, release.namespace, configMaps);
  return missing.length > 0 ? [] : views;
}

/** Reads a release of the stack; undefined if it cannot be read, which is added to the list. */
async function findRelease(
  cluster: Cluster,
  { name, namespace, revision }: ReleaseRef,
  list: Checklist,
): Promise<HelmRelease | undefined> {
  const what = `release ${name} in ${namespace}`;
  const [stored, newer] = await Promise.all([
    cluster.secret(namespace, releaseSecretName(name, revision)),
    cluster.secret(namespace, releaseSecretName(name, revision + 1)),
  ]);
  if (stored === undefined) {
    list.fail(
      "release",
      `${what} has no revision ${revision} in the cluster of context ${JSON.stringify(cluster.context)}.`,
      `Is that the stack's cluster? If not, give --context; if it is, ${REPAIR.release}`,
    );
    return undefined;
  }
  try {
    const release = decodeRelease(stored);
    const problems: string[] = [];
    if (newer !== undefined) {
      problems.push(`${what} has a revision ${revision + 1} that the stack does not know.`);
    } else if (release.status !== "deployed") {
      problems.push(`${what}, revision ${revision}, is ${release.status} and not deployed.`);
    }
    const { chart } = release;
    const good = `${what} is deployed: revision ${revision}, chart ${chart.name} ${chart.version}`;
    list.judge("release", problems, good, REPAIR.release);
    return release;
  } catch (error) {
    list.fail("release", `${messageOf(error)}.`, REPAIR.release);
    return undefined;
  }
}

/** A Secret or ConfigMap of a stack. */
export type ObjectRef = Pick<Part, "kind" | "name">;

/** Objects that a release uses. */
interface UsedObjects {
  /** The Secret without which it makes no sense. */
  readonly needed: ObjectRef;
  /** Objects that it may use as well. */
  readonly others: readonly ObjectRef[];
}

/**
 * Checks a release whose workloads use a Secret, wherever they mount it: it is deployed in the stack's revision, and
 * the workloads that use the Secret or one of the other objects have rolled out and mount them as in the release.
 *
 * @param unused advice for a release that does not use the Secret.
 */
export async function checkReleaseUsing(
  cluster: Cluster,
  ref: ReleaseRef,
  { needed, others }: UsedObjects,
  list: Checklist,
  unused: string,
): Promise<void> {
  const release = await findRelease(cluster, ref, list);
  if (release === undefined) return;
  const users = usersOf(release, [needed, ...others]);
  if (users.some(({ objects }) => objects.some((object) => isSame(object, needed)))) {
    await readConsumers(cluster, release, users, list);
    return;
  }
  const what = `${needed.kind} ${ref.namespace}/${needed.name}`;
  const naming = objectsNaming(release, needed.name);
  list.judge(
    "mounted-objects",
    naming.length === 0 ? [`nothing in the release uses ${what}.`] : [],
    `${naming.join(", ")} of the release refers to ${what}; no workload of the release mounts it, so no roll-out is checked`,
    unused,
  );
  if (users.length > 0) await readConsumers(cluster, release, users, list);
}

/** A container, and those of the objects that it uses. */
interface User extends ConsumingContainer {
  readonly objects: readonly ObjectRef[];
}

function usersOf({ workloads }: HelmRelease, wanted: readonly ObjectRef[]): User[] {
  const isWanted = (part: ObjectRef) => wanted.some((object) => isSame(object, part));
  return workloads.flatMap((workload) =>
    containersOf(workload.pod).flatMap((container): User[] => {
      const mounts = mountsOf(workload.pod, container, ["/"]).filter(({ parts }) =>
        parts.some(isWanted),
      );
      const objects = [
        ...mounts.flatMap(({ parts }) => parts),
        ...objectsInEnvironment(container),
      ].filter(isWanted);
      if (objects.length === 0) return [];
      const paths = mounts.map(({ mountPath }) => mountPath);
      return [
        { workload, container, objects, consumer: { pathVariables: [], settings: [], paths } },
      ];
    }),
  );
}

/** Returns the Secrets and ConfigMaps from which a container gets environment variables. */
function objectsInEnvironment({ env = [], envFrom = [] }: V1Container): ObjectRef[] {
  const references = [
    ...env.map(({ valueFrom }) => [valueFrom?.secretKeyRef, valueFrom?.configMapKeyRef] as const),
    ...envFrom.map(({ secretRef, configMapRef }) => [secretRef, configMapRef] as const),
  ];
  return references.flatMap(([secret, configMap]) => [
    ...(secret?.name === undefined ? [] : [{ kind: "Secret", name: secret.name } as const]),
    ...(configMap?.name === undefined
      ? []
      : [{ kind: "ConfigMap", name: configMap.name } as const]),
  ]);
}

function isSame(one: ObjectRef, other: ObjectRef): boolean {
  return one.kind === other.kind && one.name === other.name;
}
