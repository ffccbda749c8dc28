import type { PlannedResource } from "../plan";
import { objectsOf } from "./objects";
import { listed } from "../words";

/** Objects of a release that keep data in persistent volumes. */
export interface Volumes {
  /** Their claims do not belong to the release: Kubernetes creates them, and keeps them when it is uninstalled. */
  readonly statefulSets: readonly string[];
  /** Claims that are deleted with the release. */
  readonly claims: readonly string[];
}

/** Volumes of a release; undefined if the state does not list its objects. */
export function volumesOf({ before }: PlannedResource): Volumes | undefined {
  const statefulSets = before && objectsOf(before, "StatefulSet");
  const claims = before && objectsOf(before, "PersistentVolumeClaim");
  return statefulSets && claims && { statefulSets, claims };
}

/** Clause on a release's data; undefined if it has none. */
export function dataOf(release: PlannedResource): string | undefined {
  const volumes = volumesOf(release);
  if (volumes === undefined) return "what data it has is not known";
  const { statefulSets, claims } = volumes;
  const parts = [
    ...statefulSets.map((name) => `StatefulSet ${name}`),
    ...claims.map((name) => `persistent volume claim ${name}`),
  ];
  return parts.length === 0 ? undefined : `with the data of ${listed(parts)}`;
}
