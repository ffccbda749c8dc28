import { readFacts, type CertificateFacts, type Facts } from "../../facts";
import type { Plan, PlannedResource, State } from "./plan";

/** A plan whose resources and facts can be looked up. It is made once for a report. */
export interface IndexedPlan extends Plan {
  readonly byUrn: ReadonlyMap<string, PlannedResource>;
  /** By URN of the parent. */
  readonly children: ReadonlyMap<string, readonly PlannedResource[]>;
  /** The components that state facts, by URN, in the order of the resources. */
  readonly stated: ReadonlyMap<string, Stated>;
  /** The certificates of parties, by name. */
  readonly certificates: ReadonlyMap<string, StatedCertificate>;
}

/**
 * A party's certificate, as components state it. The component that states it before a change may be another one than
 * the component that does after it.
 */
export interface StatedCertificate {
  readonly before?: CertificateFacts;
  readonly after?: CertificateFacts;
  /** The resource that issues it; undefined if another stack does, or nobody does any longer. */
  readonly resource?: PlannedResource;
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
  const certificates = new Map<string, StatedCertificate>();
  const state = (name: string, part: StatedCertificate) =>
    certificates.set(name, { ...certificates.get(name), ...part });
  for (const resource of plan.resources) {
    const { urn, type, parent } = resource;
    byUrn.set(urn, resource);
    if (parent !== undefined) {
      const siblings = children.get(parent);
      if (siblings) siblings.push(resource);
      else children.set(parent, [resource]);
    }
    if (type === ISSUED) state(resource.name, { resource });
    if (!type.startsWith("countersign:")) continue;
    const [before, after] = [
      factsOf(resource.name, resource.before),
      factsOf(resource.name, resource.after),
    ];
    if (before || after) stated.set(urn, { resource, before, after });
    for (const [name, said] of Object.entries(before?.certificates ?? {}))
      state(name, { before: said });
    for (const [name, says] of Object.entries(after?.certificates ?? {}))
      state(name, { after: says });
  }
  return { ...plan, byUrn, children, stated, certificates };
}

const ISSUED = "tls:index/locallySignedCert:LocallySignedCert";

function factsOf(component: string, side: State | undefined): Facts | undefined {
  if (side === undefined || Object.keys(side.inputs).length === 0) return undefined;
  return readFacts(component, side.inputs);
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
