import type { WorkloadChange } from "./model";
import {
  CONFIG_MAP,
  SECRET_TYPE,
  kindOf,
  mayBeSame,
  nameOf,
  namespaceOf,
  operatedKind,
} from "./objects";
import type { PlannedResource } from "./plan";
import type { IndexedPlan } from "./plan-index";
import { clauseOn, clausesOn } from "./releases/why";
import {
  differences,
  secretChanges,
  valueChange,
  type Difference,
} from "./releases/values/differences";
import { givenNames, newNamesOf } from "./releases/values/new-names";
import { UNKNOWN, fieldsOf, textsIn, type Property } from "./value";
import { listed } from "./words";

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
export function workloadChanges(plan: IndexedPlan): WorkloadChange[] {
  const changed = plan.resources.filter((each) => isWorkload(each) || operatedKind(each));
  if (changed.length === 0) return [];
  const names = newNamesOf(plan);
  const given = givenNames(plan);
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
          rolls: rolls(resource, found),
          why: isBoth ? whyItChanges(resource, name, found, plan, given) : [],
          values: found.map((each) => valueChange(each, names)),
        },
      ];
    })
    .sort((one, other) => (sortKeyOf(one) < sortKeyOf(other) ? -1 : 1));
}

function isWorkload({ type }: PlannedResource): boolean {
  return WORKLOAD.test(type);
}

function rolls(resource: PlannedResource, changed: readonly Difference[]): WorkloadChange["rolls"] {
  if (resource.operation !== "update") return false;
  if (operatedKind(resource)) return UNKNOWN;
  // Paused Deployments, and sets with the update strategy OnDelete, leave their pods alone.
  const { paused, updateStrategy } = fieldsOf(resource.after?.inputs.spec);
  if (paused === true || fieldsOf(updateStrategy).type === "OnDelete") return false;
  return changed.some(({ path }) => /^template\b/.test(path));
}

function sortKeyOf({ kind, name, namespace }: WorkloadChange): string {
  return JSON.stringify([kind, name, namespace]);
}

/** Most fields that are named; of more, only the number is given. */
const MOST_NAMED = 4;

/**
 * Why a workload changes, the most important first: the objects that it names, then its other changes.
 *
 * @param given names that Pulumi gave to objects, with those of the resources: they follow from other changes.
 */
function whyItChanges(
  resource: PlannedResource,
  name: string,
  values: readonly Difference[],
  plan: IndexedPlan,
  given: ReadonlyMap<string, string>,
): string[] {
  const clauses = clausesOn(
    objectsNamedBy(resource, plan),
    (object) => clauseOn(object, name, plan) ?? `${name} trusts other CAs than before`,
  );
  const own = values.filter((difference) => !isExplained(difference, given));
  const settings = operatedKind(resource)?.settings;
  const fields = [...new Set(own.map(({ path }) => fieldOf(path, settings)))];
  if (fields.length > 0) {
    const verb = fields.length > 1 ? "change" : "changes";
    clauses.push(`${listed(fields, MOST_NAMED)} ${verb}`);
  }
  return [...new Set(clauses)];
}

/** A name within a text. */
const NAME = /[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/g;

/** Secrets and ConfigMaps by their names, as the dependencies of a component's children are not always in the plan. */
function objectsNamedBy(workload: PlannedResource, { resources }: IndexedPlan): PlannedResource[] {
  const names = {
    before: namesIn(workload.before?.inputs.spec),
    after: namesIn(workload.after?.inputs.spec),
  };
  return resources.filter((object) => {
    if (object.type !== SECRET_TYPE && object.type !== CONFIG_MAP) return false;
    return (["before", "after"] as const).some((side) => {
      const [mine, its] = [namespaceOf(workload, side), namespaceOf(object, side)];
      return mayBeSame(mine, its) && names[side].has(nameOf(object, side) ?? "");
    });
  });
}

function namesIn(property: Property | undefined): ReadonlySet<string> {
  return new Set(textsIn(property).flatMap((text) => text.match(NAME) ?? []));
}

/** Whether only the name of the same object changes. */
function isExplained({ before, after }: Difference, given: ReadonlyMap<string, string>): boolean {
  if (typeof before !== "string" || typeof after !== "string") return false;
  const known = (text: string) => text.replace(NAME, (name) => given.get(name) ?? name);
  return known(before) === known(after);
}

/** Usual name of a setting, e.g. `readinessProbe` for `template.spec.containers[0].readinessProbe.httpGet.path`. */
function fieldOf(path: string, settings?: string): string {
  const [, ofPod] = /^template\.spec\.(?:(?:initC|c)ontainers\[\d+\]\.)?(\w+)/.exec(path) ?? [];
  const prefix = `${settings ?? ""}.`;
  const inside = path.startsWith(prefix) ? path.slice(prefix.length) : path;
  return ofPod ?? inside.split(".").slice(0, 2).join(".");
}
