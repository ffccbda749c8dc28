import { REPAIR } from "../../../verify/todo";

/** Advice about a Spinnaker that differs from what the stack deployed. */
export const TODO = {
  settings:
    "The stack sets it: run `pulumi up --refresh` to set it again. If others deploy Spinnaker, give them what `countersign spinnaker export` writes now.",
  trust: `Services that it does not trust cannot communicate with it. ${REPAIR.objects}`,
};
