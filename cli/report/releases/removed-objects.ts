import type { ManifestChanges } from "../model";
import type { State } from "../plan";
import { sortedObjects } from "./manifests/sorted-objects";
import { isMap } from "./values/differences";

/**
 * The objects of a removed release, which its state lists by kind and version, e.g. `Deployment.apps/apps/v1`
 * (pulumi-kubernetes, provider/pkg/provider/helm/v3, `resourceNames`). Hooks are not listed.
 */
export function removedObjects({ outputs: { resourceNames } }: State): ManifestChanges {
  if (!isMap(resourceNames)) return { unavailable: "the state does not list its objects" };
  const objects = Object.entries(resourceNames).flatMap(([type, names]) => {
    const [kind = type] = type.split(/[./]/);
    const listed = Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
    return listed.map((name) => ({ kind, name, operation: "removed", diff: "" }) as const);
  });
  return { objects: sortedObjects(objects), notes: [] };
}
