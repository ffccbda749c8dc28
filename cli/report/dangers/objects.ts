import { COMMANDS } from "../../../systems/commands";
import type { OperatedKind } from "../../../verify/system";
import type { PlannedResource, State } from "../plan";
import type { Property } from "../value";

export const NAMESPACE = "kubernetes:core/v1:Namespace";
export const RELEASE = "kubernetes:helm.sh/v3:Release";
export const SECRET_TYPE = "kubernetes:core/v1:Secret";
export const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

const OPERATED = COMMANDS.flatMap(({ kinds = [] }) => kinds);

/** The kind of an object that an operator makes workloads of, or of a patch of one; undefined for all others. */
export function operatedKind(resource: PlannedResource): OperatedKind | undefined {
  const type = objectType(resource);
  return OPERATED.find((kind) => kind.type.test(type));
}

/** Kind of an object, as Kubernetes calls it; of a patch, that of the object. */
export function kindOf(resource: PlannedResource): string {
  const type = objectType(resource);
  return type.slice(type.lastIndexOf(":") + 1);
}

/** The type of an object; of a patch, that of the object. */
function objectType({ type }: PlannedResource): string {
  return type.replace(/Patch$/, "");
}

/** Everything that goes with an object when it is deleted. A patch of one that others deploy takes back only our part. */
export function heldBy(resource: PlannedResource): string | undefined {
  return resource.type.endsWith("Patch") ? undefined : operatedKind(resource)?.holds;
}

/** Whether an object that is there goes, be it that another one takes its place. */
export function isLost({ operation, before }: PlannedResource): boolean {
  return (operation === "delete" || operation === "replace") && before?.retained !== true;
}

/** Whether it is there before and after, as the same one. */
export function stays({ operation }: PlannedResource): boolean {
  return operation === "same" || operation === "update";
}

/** The name of an object, or of a Helm release; undefined where it is not known. */
export function nameOf(resource: PlannedResource, side: "before" | "after"): string | undefined {
  return located(resource, side, "name");
}

/** The namespace of an object, or of a Helm release; undefined where it is not known. */
export function namespaceOf(
  resource: PlannedResource,
  side: "before" | "after",
): string | undefined {
  return located(resource, side, "namespace");
}

function located(
  resource: PlannedResource,
  side: "before" | "after",
  key: "name" | "namespace",
): string | undefined {
  const state = resource[side];
  const inputs = resource.type === RELEASE ? state?.inputs : asObject(state?.inputs.metadata);
  const value = inputs?.[key];
  return typeof value === "string" ? value : undefined;
}

/** The objects of a kind that a deployed release consists of; undefined if the state does not say. */
export function objectsOf(release: State, kind: string): readonly string[] | undefined {
  const names = asObject(release.outputs.resourceNames);
  if (names === undefined) return undefined;
  return Object.entries(names)
    .filter(([kindAndVersion]) => kindAndVersion.split(/[./]/, 1)[0] === kind)
    .flatMap(([, listed]) => (Array.isArray(listed) ? (listed as readonly Property[]) : []))
    .filter((name) => typeof name === "string")
    .sort();
}

function asObject(property: Property | undefined): Readonly<Record<string, Property>> | undefined {
  const isObject = typeof property === "object" && property !== null && !Array.isArray(property);
  return isObject ? (property as Readonly<Record<string, Property>>) : undefined;
}
