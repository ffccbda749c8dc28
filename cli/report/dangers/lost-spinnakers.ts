import type { Plan } from "../plan";
import type { Loss } from "./destructive";
import { namesOfLostNamespaces } from "./lost-namespaces";
import { isLost, isSpinnakerService, nameOf, namespaceOf } from "./objects";

/**
 * SpinnakerServices that are deleted, and the whole Spinnaker with each, except where their namespace is deleted anyway. A
 * patch of one that others deploy takes back only what is ours.
 */
export function lostSpinnakers(plan: Plan): Loss[] {
  const namespaces = namesOfLostNamespaces(plan);
  return plan.resources
    .filter((each) => isSpinnakerService(each) && isLost(each))
    .filter((each) => !namespaces.has(namespaceOf(each, "before")))
    .map((service) => {
      const name = nameOf(service, "before") ?? service.name;
      const namespace = namespaceOf(service, "before");
      const where = namespace === undefined ? "" : ` in namespace ${namespace}`;
      const isReplaced = service.operation === "replace";
      return {
        text: `SpinnakerService ${name}${where} is ${isReplaced ? "replaced" : "deleted"}, and all of Spinnaker that the Operator has made of it is deleted${isReplaced ? " before it is made anew" : ""}.`,
        todo: isReplaced
          ? "Keep its name, its namespace and its kind, so that it is updated."
          : "Keep it; if others shall deploy it from now on, let Pulumi forget it first (`pulumi state delete`).",
      };
    });
}
