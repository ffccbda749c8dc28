import type { PlannedResource } from "../plan";
import { objectsOf } from "./objects";
import { listed } from "../words";

/** Objects of a release that keep data in persistent volumes. */
export interface Volumes {
  /** Their claims are not the release's: Kubernetes makes them, and keeps them when the release is uninstalled. */
  readonly statefulSets: readonly string[];
  /** These go with the release. */
  readonly claims: readonly string[];
}

/** Undefined if the state does not say what the release consists of. */
export function volumesOf({ before }: PlannedResource): Volumes | undefined {
  const statefulSets = before && objectsOf(before, "StatefulSet");
  const claims = before && objectsOf(before, "PersistentVolumeClaim");
  return statefulSets && claims && { statefulSets, claims };
}

/** What data a release has, as a clause; undefined if it has none. */
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
