import { CONFIG_MAP, SECRET_TYPE, nameOf, namespaceOf, operatedKind } from "../dangers/objects";
import type { PlannedResource } from "../plan";
import { clauseOn, clausesOn, type Surroundings } from "../releases/why/objects";
import { isMap, type Difference } from "../releases/values/differences";
import type { Property } from "../value";
import { listed } from "../words";

/** A workload that changes. */
export interface ChangedWorkload {
  readonly resource: PlannedResource;
  readonly name: string;
  readonly values: readonly Difference[];
}

export interface PlanSurroundings extends Surroundings {
  /** Names that Pulumi gave to objects, with those of the resources: they follow from other changes. */
  readonly given: ReadonlyMap<string, string>;
}

/** Most fields that are named; of more, only the number is given. */
const MOST_NAMED = 4;

/** Why a workload changes, the most important first: the objects that it names, then its other changes. */
export function whyItChanges(workload: ChangedWorkload, surroundings: PlanSurroundings): string[] {
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
