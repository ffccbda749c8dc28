import type { Plan, PlannedResource } from "./plan";

/** Resources of a plan, indexed for lookups. */
export interface PlanIndex {
  readonly plan: Plan;
  readonly byUrn: ReadonlyMap<string, PlannedResource>;
  /** By URN of the parent. */
  readonly children: ReadonlyMap<string, readonly PlannedResource[]>;
}

export function indexOf(plan: Plan): PlanIndex {
  const children = new Map<string, PlannedResource[]>();
  for (const resource of plan.resources) {
    if (resource.parent === undefined) continue;
    const siblings = children.get(resource.parent);
    if (siblings) siblings.push(resource);
    else children.set(resource.parent, [resource]);
  }
  return { plan, byUrn: new Map(plan.resources.map((each) => [each.urn, each])), children };
}

/** The child of a type, which is given by the last part of its token, e.g. `LocallySignedCert`. */
export function childOf(
  { children }: PlanIndex,
  parent: string,
  type: string,
): PlannedResource | undefined {
  return children.get(parent)?.find((child) => child.type.endsWith(`:${type}`));
}

/** The resource of a type that an input depends on, on one side. */
export function dependencyOf(
  { byUrn }: PlanIndex,
  resource: PlannedResource,
  side: "before" | "after",
  input: string,
  type: string,
): PlannedResource | undefined {
  const urns = resource[side]?.dependencies[input] ?? [];
  return urns.map((urn) => byUrn.get(urn)).find((found) => found?.type.endsWith(`:${type}`));
}
