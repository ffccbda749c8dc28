import { createHash } from "node:crypto";

/** Kinds of workloads whose pods a changed template replaces. */
export const WORKLOAD_KINDS = ["Deployment", "StatefulSet", "DaemonSet"] as const;
export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

/** A workload that somebody else deploys. */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly name: string;
}

/** Returns a digest of content that pods mount, for an annotation. */
export function digestOf(...content: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 16);
}

/**
 * Returns the annotation of pods that changes with what they mount for a party. A workload may serve several parties.
 */
export function contentAnnotation(party: string): string {
  return `mounted.countersign/${party}`;
}
