import type { StackConfig } from ".";
import { keyOf, type Problem } from "./problems";

/** A part of the configuration that puts objects into a namespace. */
export interface Owner {
  readonly path: readonly string[];
  readonly namespace: string;
  readonly createNamespace: boolean;
}

/** Owners of one namespace that do not say the same of whether it is to be made. */
export function contestedNamespaces(config: StackConfig): Problem[] {
  const owners = ownersOf(config);
  return owners.flatMap(({ path, namespace, createNamespace }, position) => {
    const other = owners.slice(0, position).find((each) => each.namespace === namespace);
    if (!other || other.createNamespace === createNamespace) return [];
    const message = `is ${createNamespace}, but ${keyOf([...other.path, "createNamespace"])} is ${other.createNamespace} for the same namespace "${namespace}"`;
    return [{ key: keyOf([...path, "createNamespace"]), message }];
  });
}

/** Every part of a configuration that names a namespace which can be made for it. */
export function ownersOf(config: StackConfig): Owner[] {
  const { orchestrator, organizations, spinnaker, choreo, choreoConnect } = config;
  const owner = (
    path: readonly string[],
    settings: { readonly namespace: string; readonly createNamespace: boolean },
  ): Owner => ({ path, ...settings });
  const backends = Object.entries(choreoConnect?.backends ?? {});
  return [
    ...(orchestrator ? [owner(["orchestrator"], orchestrator)] : []),
    ...[...organizations].map(([mspId, each]) => owner(["organizations", mspId], each)),
    ...(spinnaker ? [owner(["spinnaker"], spinnaker)] : []),
    ...(choreo?.target.kind === "openchoreo"
      ? [owner(["choreo", "target", "openchoreo"], choreo.target)]
      : []),
    ...(choreoConnect?.target.kind === "kubernetes"
      ? [owner(["choreoConnect", "target", "kubernetes"], choreoConnect.target)]
      : []),
    ...backends.flatMap(([name, { namespace, createNamespace }]) =>
      namespace === undefined
        ? []
        : [owner(["choreoConnect", "backends", name], { namespace, createNamespace })],
    ),
  ];
}
