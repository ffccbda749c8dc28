import { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1/deploymentPatch";
import { StatefulSetPatch } from "@pulumi/kubernetes/apps/v1/statefulSetPatch";
import type { CustomResourceOptions, Input } from "@pulumi/pulumi";
import type { Workload } from "./workload";

interface RestartArgs {
  readonly workload: Workload;
  readonly namespace: Input<string>;
  /** Annotations of its pods. A change replaces them. */
  readonly annotations: Readonly<Record<string, Input<string>>>;
}

const PATCHES = {
  Deployment: DeploymentPatch,
  StatefulSet: StatefulSetPatch,
  DaemonSet: DaemonSetPatch,
} as const;

/**
 * The annotations of the pods are the stack's, even if somebody has set them by hand, as `kubectl rollout undo` does.
 * Otherwise, the next change would be a conflict (https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/).
 */
const FORCED = { "pulumi.com/patchForce": "true" } as const;

/**
 * Annotates the pods of a workload that somebody else deploys, so that they are replaced when the annotations change:
 * most processes read certificates only when they start.
 */
export function restart(
  name: string,
  { workload, namespace, annotations }: RestartArgs,
  options: CustomResourceOptions,
): void {
  new PATCHES[workload.kind](
    name,
    {
      metadata: { name: workload.name, namespace, annotations: FORCED },
      spec: { template: { metadata: { annotations } } },
    },
    options,
  );
}
