import type { Plan } from "../plan";
import type { Loss } from "./loss";
import { namesOfLostNamespaces } from "./lost-namespaces";
import { heldBy, isLost, kindOf, nameOf, namespaceOf } from "./objects";

/**
 * Objects that are deleted with everything that their operator has created from them, unless their namespace is deleted
 * anyway.
 */
export function lostOperated(plan: Plan): Loss[] {
  const namespaces = namesOfLostNamespaces(plan);
  return plan.resources
    .filter((each) => isLost(each) && !namespaces.has(namespaceOf(each, "before")))
    .flatMap((service): Loss[] => {
      const holds = heldBy(service);
      if (holds === undefined) return [];
      const name = nameOf(service, "before") ?? service.name;
      const namespace = namespaceOf(service, "before");
      const where = namespace === undefined ? "" : ` in namespace ${namespace}`;
      const isReplaced = service.operation === "replace";
      return [
        {
          text: `${kindOf(service)} ${name}${where} is ${isReplaced ? "replaced" : "deleted"}, and ${holds} that the Operator has created from it is deleted${isReplaced ? " before it is created again" : ""}.`,
          todo: isReplaced
            ? "Keep its name, its namespace and its kind, so that it is updated."
            : "Keep it; if others are to deploy it from now on, make Pulumi forget it first (`pulumi state delete`).",
        },
      ];
    });
}
