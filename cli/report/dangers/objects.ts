import { WORKLOAD } from "../../../components/choreo/openchoreo";
import type { PlannedResource, State } from "../plan";
import type { Property } from "../value";

export const NAMESPACE = "kubernetes:core/v1:Namespace";
export const RELEASE = "kubernetes:helm.sh/v3:Release";
export const SECRET_TYPE = "kubernetes:core/v1:Secret";
export const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

/** Of the open source's Operator and of Armory's; not a patch of one. */
const SPINNAKER_SERVICE = /^kubernetes:spinnaker\.(?:armory\.)?io\/[^:]+:SpinnakerService$/;

export function isSpinnakerService({ type }: PlannedResource): boolean {
  return SPINNAKER_SERVICE.test(type);
}

/** What OpenChoreo makes Deployments of. */
export function isOpenChoreoWorkload({ type }: PlannedResource): boolean {
  return type === `kubernetes:${WORKLOAD.apiVersion}:${WORKLOAD.kind}`;
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
