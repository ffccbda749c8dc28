import { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1/deploymentPatch";
import { StatefulSetPatch } from "@pulumi/kubernetes/apps/v1/statefulSetPatch";
import type { CustomResourceOptions, Input } from "@pulumi/pulumi";
import type { Workload } from "./workload";

export interface RestartArgs {
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
      metadata: { name: workload.name, namespace },
      spec: { template: { metadata: { annotations } } },
    },
    options,
  );
}
