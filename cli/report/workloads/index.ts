import { kindOf, nameOf, namespaceOf, operatedKind } from "../dangers/objects";
import type { WorkloadChange } from "../model";
import { statedIn, type Plan, type PlannedResource } from "../plan";
import { differences, isMap } from "../releases/values/differences";
import { givenNames, newNamesOf } from "../releases/values/new-names";
import { secretChanges } from "../releases/values/secret-changes";
import { shownValue } from "../releases/values/shown-value";
import { UNKNOWN, type Property } from "../value";
import { whyItChanges } from "./why";

const WORKLOAD = /^kubernetes:apps\/[^:]+:(?:DaemonSet|Deployment|StatefulSet)$/;

const OPERATIONS = {
  create: "added",
  update: "changed",
  replace: "replaced",
  delete: "removed",
} as const;

/**
 * The workloads that are resources of the plan itself, e.g. of a kustomization, and objects from which an operator
 * creates workloads, with their patches. Those of which only labels and the like change are left out.
 */
export function workloadChanges(plan: Plan): WorkloadChange[] {
  const changed = plan.resources.filter((each) => isWorkload(each) || operatedKind(each));
  if (changed.length === 0) return [];
  const names = newNamesOf(plan);
  const surroundings = {
    byUrn: new Map(plan.resources.map((each) => [each.urn, each])),
    stated: new Map(statedIn(plan).map((each) => [each.resource.urn, each])),
    given: givenNames(plan.resources),
  };
  return changed
    .flatMap((resource): WorkloadChange[] => {
      const { before, after, operation, changes } = resource;
      if (operation === "same" || operation === "other") return [];
      const isBoth = before !== undefined && after !== undefined;
      const secrets = secretChanges(changes, "spec");
      const found = isBoth ? differences(before.inputs.spec, after.inputs.spec, secrets) : [];
      if (operation === "update" && found.length === 0) return [];
      const side = after === undefined ? "before" : "after";
      const name = nameOf(resource, side) ?? resource.name;
      return [
        {
          kind: kindOf(resource),
          name,
          namespace: namespaceOf(resource, side) ?? UNKNOWN,
          operation: OPERATIONS[operation],
          rolls: rolls(
            resource,
            found.map(({ path }) => path),
          ),
          why: isBoth ? whyItChanges({ resource, name, values: found }, surroundings) : [],
          values: found.map(({ path, before: was, after: is }) => ({
            path,
            before: was === undefined ? undefined : shownValue(was, names),
            after: is === undefined ? undefined : shownValue(is, names),
          })),
        },
      ];
    })
    .sort((one, other) => (sortKeyOf(one) < sortKeyOf(other) ? -1 : 1));
}

function isWorkload({ type }: PlannedResource): boolean {
  return WORKLOAD.test(type);
}

function rolls(resource: PlannedResource, changed: readonly string[]): WorkloadChange["rolls"] {
  if (resource.operation !== "update") return false;
  if (operatedKind(resource)) return UNKNOWN;
  // Paused Deployments, and sets with the update strategy OnDelete, leave their pods alone.
  const { paused, updateStrategy } = fieldsOf(resource.after?.inputs.spec);
  if (paused === true || fieldsOf(updateStrategy).type === "OnDelete") return false;
  return changed.some((path) => /^template\b/.test(path));
}

function fieldsOf(property: Property | undefined): Readonly<Record<string, Property>> {
  return isMap(property) ? property : {};
}

function sortKeyOf({ kind, name, namespace }: WorkloadChange): string {
  return JSON.stringify([kind, name, namespace]);
}
