/** Kinds of workloads whose pods a changed template replaces. */
export const WORKLOAD_KINDS = ["Deployment", "StatefulSet", "DaemonSet"] as const;
export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

/** A workload that somebody else deploys. */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly name: string;
}
