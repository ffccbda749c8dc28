import { COMMANDS } from "../../systems/commands";
import type { OperatedKind } from "../../verify/system";
import type { PlannedResource, State } from "./plan";
import { fieldsOf, isMap, type Property } from "./value";

export const NAMESPACE = "kubernetes:core/v1:Namespace";
export const RELEASE = "kubernetes:helm.sh/v3:Release";
export const SECRET_TYPE = "kubernetes:core/v1:Secret";
export const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

const OPERATED = COMMANDS.flatMap(({ kinds = [] }) => kinds);

/** The kind of an object from which an operator creates workloads, or of a patch of one; undefined for all others. */
export function operatedKind(resource: PlannedResource): OperatedKind | undefined {
  const type = objectType(resource);
  return OPERATED.find((kind) => kind.type.test(type));
}

/** Kind of an object in Kubernetes; for a patch, that of the patched object. */
export function kindOf(resource: PlannedResource): string {
  const type = objectType(resource);
  return type.slice(type.lastIndexOf(":") + 1);
}

/** The type of an object; for a patch, that of the patched object. */
function objectType({ type }: PlannedResource): string {
  return type.replace(/Patch$/, "");
}

/** What is deleted together with an object. Deleting a patch of an object of others only reverts our part of it. */
export function heldBy(resource: PlannedResource): string | undefined {
  return resource.type.endsWith("Patch") ? undefined : operatedKind(resource)?.holds;
}

/** Whether an existing object is deleted, even if another one replaces it. */
export function isLost({ operation, before }: PlannedResource): boolean {
  return (operation === "delete" || operation === "replace") && before?.retained !== true;
}

/** Whether the same object exists before and after. */
export function stays({ operation }: PlannedResource): boolean {
  return operation === "same" || operation === "update";
}

/** The name of an object, or of a Helm release; undefined if it is unknown. */
export function nameOf(resource: PlannedResource, side: "before" | "after"): string | undefined {
  return located(resource, side, "name");
}

/** The namespace of an object, or of a Helm release; undefined if it is unknown. */
export function namespaceOf(
  resource: PlannedResource,
  side: "before" | "after",
): string | undefined {
  return located(resource, side, "namespace");
}

/** Whether two namespaces may be the same one: one that is unknown may be any. */
export function mayBeSame(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

function located(
  resource: PlannedResource,
  side: "before" | "after",
  key: "name" | "namespace",
): string | undefined {
  const state = resource[side];
  const inputs = resource.type === RELEASE ? state?.inputs : fieldsOf(state?.inputs.metadata);
  const value = inputs?.[key];
  return typeof value === "string" ? value : undefined;
}

/** The names of a deployed release's objects of one kind; undefined if the state does not say. */
export function objectsOf(release: State, kind: string): readonly string[] | undefined {
  const names = release.outputs.resourceNames;
  if (!isMap(names)) return undefined;
  return Object.entries(names)
    .filter(([kindAndVersion]) => kindAndVersion.split(/[./]/, 1)[0] === kind)
    .flatMap(([, listed]) => (Array.isArray(listed) ? (listed as readonly Property[]) : []))
    .filter((name) => typeof name === "string")
    .sort();
}
