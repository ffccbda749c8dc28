import { facts, type Facts } from "../../facts";
import type { Plan, PlannedResource, State } from "./plan";

/** A plan whose resources and facts can be looked up. It is made once for a report. */
export interface IndexedPlan extends Plan {
  readonly byUrn: ReadonlyMap<string, PlannedResource>;
  /** By URN of the parent. */
  readonly children: ReadonlyMap<string, readonly PlannedResource[]>;
  /** The components that state facts, by URN, in the order of the resources. */
  readonly stated: ReadonlyMap<string, Stated>;
}

/** A component of a plan with the facts that it states. */
export interface Stated {
  readonly resource: PlannedResource;
  readonly before: Facts | undefined;
  readonly after: Facts | undefined;
}

export function indexOf(plan: Plan): IndexedPlan {
  const byUrn = new Map<string, PlannedResource>();
  const children = new Map<string, PlannedResource[]>();
  const stated = new Map<string, Stated>();
  for (const resource of plan.resources) {
    const { urn, type, parent } = resource;
    byUrn.set(urn, resource);
    if (parent !== undefined) {
      const siblings = children.get(parent);
      if (siblings) siblings.push(resource);
      else children.set(parent, [resource]);
    }
    if (!type.startsWith("countersign:")) continue;
    const [before, after] = [factsOf(resource.before), factsOf(resource.after)];
    if (before || after) stated.set(urn, { resource, before, after });
  }
  return { ...plan, byUrn, children, stated };
}

function factsOf(side: State | undefined): Facts | undefined {
  if (side === undefined || Object.keys(side.inputs).length === 0) return undefined;
  return facts.safeParse(side.inputs).data;
}

/** The child of a type, which is given by the last part of its token, e.g. `LocallySignedCert`. */
export function childOf(
  { children }: IndexedPlan,
  parent: string,
  type: string,
): PlannedResource | undefined {
  return children.get(parent)?.find((child) => child.type.endsWith(`:${type}`));
}

/** The certificates of the generations that the component of a CA creates, by name of the generation. */
export function generationsMadeBy(
  { children }: IndexedPlan,
  { urn, name }: PlannedResource,
): ReadonlyMap<string, PlannedResource> {
  return new Map(
    (children.get(urn) ?? [])
      .filter(({ type }) => type.endsWith(":SelfSignedCert"))
      .map((child) => [child.name.slice(name.length + 1), child]),
  );
}

/** The resource of a type that an input depends on, on one side. */
export function dependencyOf(
  { byUrn }: IndexedPlan,
  resource: PlannedResource,
  side: "before" | "after",
  input: string,
  type: string,
): PlannedResource | undefined {
  const urns = resource[side]?.dependencies[input] ?? [];
  return urns.map((urn) => byUrn.get(urn)).find((found) => found?.type.endsWith(`:${type}`));
}
