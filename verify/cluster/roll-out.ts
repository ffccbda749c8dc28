import type { V1Deployment, V1StatefulSet } from "@kubernetes/client-node";

/**
 * Describes why a Deployment or StatefulSet has not rolled out, as `kubectl rollout status` does. Until it has, some
 * pods still run with what the previous template mounted.
 *
 * @returns the end of a sentence, or undefined if it has rolled out.
 */
export function rollOutProblem(workload: V1Deployment | V1StatefulSet): string | undefined {
  const { metadata, spec, status } = workload;
  if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0)) {
    return "was changed, and no controller has seen it yet";
  }
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
