import type { Plan, PlannedResource } from "../plan";
import type { Loss } from "./loss";
import { namesOfLostNamespaces } from "./lost-namespaces";
import { RELEASE, isLost, nameOf, namespaceOf } from "./objects";
import { volumesOf } from "./release-data";
import { listed } from "../words";

/** Helm releases with data that are uninstalled, unless their namespace is deleted anyway. */
export function lostReleases(plan: Plan): Loss[] {
  const namespaces = namesOfLostNamespaces(plan);
  return plan.resources
    .filter((each) => each.type === RELEASE && isLost(each))
    .filter((each) => !namespaces.has(namespaceOf(each, "before")))
    .flatMap((release) => {
      const fate = fateOf(release);
      if (fate === undefined) return [];
      const name = nameOf(release, "before") ?? release.name;
      const namespace = namespaceOf(release, "before");
      const where = namespace === undefined ? "" : ` in namespace ${namespace}`;
      const what =
        release.operation === "replace" ? "is uninstalled and installed again" : "is uninstalled";
      return [
        {
          text: `Helm release ${name}${where} ${what}: ${fate}.`,
          todo: "Back up its data first, if it is still needed.",
        },
      ];
    });
}

/** Clause on what happens to a release's data; undefined if it has none. */
function fateOf(release: PlannedResource): string | undefined {
  const volumes = volumesOf(release);
  if (volumes === undefined) return "what data it has is not known";
  const { statefulSets, claims } = volumes;
  const parts = [
    ...(claims.length > 0
      ? [
          `the data of persistent volume claim${claims.length > 1 ? "s" : ""} ${listed(claims)} is lost`,
        ]
      : []),
    ...(statefulSets.length > 0
      ? [
          `the volumes of StatefulSet${statefulSets.length > 1 ? "s" : ""} ${listed(statefulSets)} stay behind without it`,
        ]
      : []),
  ];
  return parts.length === 0 ? undefined : parts.join(", and ");
}
