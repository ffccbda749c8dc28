import {
  CONFIG_MAP,
  SECRET_TYPE,
  kindOf,
  nameOf,
  namespaceOf,
  operatedKind,
} from "./dangers/objects";
import type { WorkloadChange } from "./model";
import { statedIn, type Plan, type PlannedResource } from "./plan";
import { clauseOn, clausesOn, type Surroundings } from "./releases/object-clauses";
import { differences, isMap, secretChanges, type Difference } from "./releases/values/differences";
import { givenNames, newNamesOf } from "./releases/values/new-names";
import { shownValue } from "./releases/values/shown-value";
import { UNKNOWN, type Property } from "./value";
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

/** A workload that changes. */
interface ChangedWorkload {
  readonly resource: PlannedResource;
  readonly name: string;
  readonly values: readonly Difference[];
}

interface PlanSurroundings extends Surroundings {
  /** Names that Pulumi gave to objects, with those of the resources: they follow from other changes. */
  readonly given: ReadonlyMap<string, string>;
}

/** Most fields that are named; of more, only the number is given. */
const MOST_NAMED = 4;

/** Why a workload changes, the most important first: the objects that it names, then its other changes. */
function whyItChanges(workload: ChangedWorkload, surroundings: PlanSurroundings): string[] {
  const { resource, name, values } = workload;
  const clauses = clausesOn(
    objectsNamedBy(resource, surroundings),
    (object) => clauseOn(object, name, surroundings) ?? `${name} trusts other CAs than before`,
  );
  const own = values.filter((difference) => !isExplained(difference, surroundings));
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
function objectsNamedBy(workload: PlannedResource, { byUrn }: PlanSurroundings): PlannedResource[] {
  const names = {
    before: namesIn(workload.before?.inputs.spec),
    after: namesIn(workload.after?.inputs.spec),
  };
  return [...byUrn.values()].filter((object) => {
    if (object.type !== SECRET_TYPE && object.type !== CONFIG_MAP) return false;
    return (["before", "after"] as const).some((side) => {
      const [mine, its] = [namespaceOf(workload, side), namespaceOf(object, side)];
      const mayShare = mine === undefined || its === undefined || mine === its;
      return mayShare && names[side].has(nameOf(object, side) ?? "");
    });
  });
}

function namesIn(property: Property | undefined): ReadonlySet<string> {
  return new Set(textsIn(property).flatMap((text) => text.match(NAME) ?? []));
}

function textsIn(property: Property | undefined): string[] {
  if (typeof property === "string") return [property];
  if (Array.isArray(property)) return (property as readonly Property[]).flatMap(textsIn);
  return isMap(property) ? Object.values(property).flatMap(textsIn) : [];
}

/** Whether only the name of the same object changes. */
function isExplained({ before, after }: Difference, { given }: PlanSurroundings): boolean {
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
