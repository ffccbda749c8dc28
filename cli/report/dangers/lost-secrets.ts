import type { Plan, PlannedResource } from "../plan";
import type { Property } from "../value";
import type { Loss } from "./loss";
import { CONFIG_MAP, RELEASE, SECRET_TYPE, isLost, nameOf, namespaceOf } from "./objects";

/** Secrets, and ConfigMaps with CAs, that are deleted while the values of a release still name them. */
export function lostSecrets({ resources }: Plan): Loss[] {
  const lost = resources.filter(
    (each) => [SECRET_TYPE, CONFIG_MAP].includes(each.type) && isLost(each) && !keepsName(each),
  );
  if (lost.length === 0) return [];
  const releases = resources.filter((each) => each.type === RELEASE && each.after !== undefined);
  const naming = new Map<string, PlannedResource[]>();
  for (const release of releases) {
    for (const text of new Set(textsIn(release.after?.inputs.values))) {
      naming.set(text, [...(naming.get(text) ?? []), release]);
    }
  }
  return lost.flatMap((object) => {
    const name = nameOf(object, "before") ?? "";
    const namespace = namespaceOf(object, "before");
    const kind = object.type === SECRET_TYPE ? "Secret" : "ConfigMap";
    return (naming.get(name) ?? [])
      .filter((release) => mayShare(namespace, namespaceOf(release, "after")))
      .map((release) => ({
        text: `${kind} ${name} is deleted, and Helm release ${nameOf(release, "after") ?? release.name} still names it: its pods cannot start without it.`,
        todo: `Take ${name} out of the release's values first, or keep the ${kind}.`,
      }));
  });
}

/** Whether an object has a fixed name, so that it is created again with other content. */
function keepsName(object: PlannedResource): boolean {
  return object.operation === "replace" && nameOf(object, "after") === nameOf(object, "before");
}

function mayShare(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

function textsIn(value: Property | undefined): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap((property: Property) => textsIn(property));
}
