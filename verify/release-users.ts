import type { V1Container } from "@kubernetes/client-node";
import type { ReleaseRef } from "../command/stack-outputs";
import type { Checklist } from "./check";
import type { Cluster } from "./cluster/api";
import { objectsNaming, type HelmRelease } from "./cluster/helm-release";
import { containersOf, mountsOf, type Part } from "./cluster/pods";
import type { ConsumingContainer } from "./pod-view";
import { findRelease, readConsumers } from "./release";

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
