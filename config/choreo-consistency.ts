import { MATERIALS, mountsClash } from "../components/choreo/places";
import type { Component, Components } from "../components/choreo/project";
import type { StackConfig } from ".";
import type { ChoreoConfig } from "./choreo";
import { keyOf, type Problem } from "./problems";

/** Choreo's section with everything that follows from it. */
export interface ChoreoSettings extends ChoreoConfig {
  /** By name, in the order of the names. */
  readonly described: Components;
}

/** What only shows when the components of a project are seen together, or beside other sections. */
export function choreoInconsistencies(config: StackConfig): Problem[] {
  const { choreo } = config;
  if (!choreo) return [];
  const components = [...choreo.described.values()];
  return [
    ...authority(config),
    ...calls(choreo),
    ...identities(components),
    ...addresses(components),
    ...components.flatMap(mounts),
    ...components.flatMap(variables),
    ...images(choreo),
    ...namespaceOwners(config),
  ];
}

function problem(message: string, component: string, ...path: string[]): Problem {
  return { key: keyOf(["choreo", "components", component, ...path]), message };
}

function authority({ authority: own }: StackConfig): Problem[] {
  if (own) return [];
  return [{ key: "authority", message: "is missing: it is the root CA of the Choreo project" }];
}

function calls({ described }: ChoreoSettings): Problem[] {
  const servers = [...described.values()].filter(({ role }) => role === "server");
  const known = servers.map(({ name }) => name).join(", ") || "none";
  return [...described.values()].flatMap((each) => {
    if (each.role === "server" || described.get(each.calls)?.role === "server") return [];
    const what = described.has(each.calls) ? "a client" : "no component of the project";
    return [
      problem(
        `"${each.calls}" is ${what}; its servers are: ${known}`,
        each.name,
        "client",
        "calls",
      ),
    ];
  });
}

/** Servers tell their callers apart by the CN alone. */
function identities(components: readonly Component[]): Problem[] {
  return firstOwners(
    components,
    (each) => (each.role === "client" ? each.identity : undefined),
    (each, identity, owner) =>
      problem(
        `"${identity}" is the identity of ${owner} already, and servers could not tell them apart`,
        ...([each.name, "client", "identity"] as const),
      ),
  );
}

/** Two servers at one address: the callers of one would meet the other. */
function addresses(components: readonly Component[]): Problem[] {
  return firstOwners(
    components,
    (each) =>
      each.role === "server" && each.url ? `${each.url.host}:${each.url.port}` : undefined,
    (each, address, owner) =>
      problem(`${address} is the address of ${owner} already`, each.name, "server", "projectUrl"),
  );
}

function firstOwners(
  components: readonly Component[],
  of: (component: Component) => string | undefined,
  complain: (component: Component, value: string, owner: string) => Problem,
): Problem[] {
  const owners = new Map<string, string>();
  return components.flatMap((component) => {
    const value = of(component);
    if (value === undefined) return [];
    const owner = owners.get(value);
    owners.set(value, owner ?? component.name);
    return owner === undefined ? [] : [complain(component, value, owner)];
  });
}

function mounts({ name, places }: Component): Problem[] {
  return MATERIALS.flatMap((material, position) => {
    const own = places.get(material)?.mountPath;
    const other = MATERIALS.slice(0, position).find((each) => {
      const taken = places.get(each)?.mountPath;
      return own !== undefined && taken !== undefined && mountsClash(own, taken);
    });
    if (own === undefined || other === undefined) return [];
    const message = `${own} clashes with the path of ${other}, ${places.get(other)?.mountPath ?? ""}: each file needs a path of its own`;
    return [problem(message, name, "mounts", material)];
  });
}

function variables(component: Component): Problem[] {
  const named = [
    ...[...component.places].map(
      ([material, { variable }]) => [variable, ["variables", material]] as const,
    ),
    ...(component.role === "client"
      ? [[component.urlVariable, ["client", "urlVariable"]] as const]
      : []),
  ];
  const owners = new Map<string, string>();
  return named.flatMap(([variable, path]) => {
    const owner = owners.get(variable);
    owners.set(variable, owner ?? path.join("."));
    if (owner === undefined) return [];
    return [problem(`${variable} is the variable of ${owner} already`, component.name, ...path)];
  });
}

function images({ target, components }: ChoreoConfig): Problem[] {
  return Object.entries(components).flatMap(([name, { image }]) => {
    if (target.kind === "openchoreo" && image === undefined) {
      return [
        problem("is missing: OpenChoreo's Workload needs the image that it runs", name, "image"),
      ];
    }
    if (target.kind === "console" && image !== undefined) {
      return [
        problem("is for OpenChoreo; with the console, Choreo builds the image", name, "image"),
      ];
    }
    return [];
  });
}

function namespaceOwners({
  choreo,
  orchestrator,
  organizations,
  spinnaker,
}: StackConfig): Problem[] {
  if (choreo?.target.kind !== "openchoreo") return [];
  const { namespace, createNamespace } = choreo.target;
  const others = [
    ...(orchestrator ? [["orchestrator", orchestrator] as const] : []),
    ...[...organizations].map(([mspId, each]) => [keyOf(["organizations", mspId]), each] as const),
    ...(spinnaker ? [["spinnaker", spinnaker] as const] : []),
  ];
  return others.flatMap(([key, other]) =>
    other.namespace === namespace && other.createNamespace !== createNamespace
      ? [
          {
            key: keyOf(["choreo", "target", "openchoreo", "createNamespace"]),
            message: `is ${createNamespace}, but ${key}.createNamespace is ${other.createNamespace} for the same namespace "${namespace}"`,
          },
        ]
      : [],
  );
}
