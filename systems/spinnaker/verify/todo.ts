import { REPAIR } from "../../../verify/todo";

/** What to do about a Spinnaker that is not as the stack made it. */
export const TODO = {
  settings:
    "The stack sets it: `pulumi up --refresh` does so again. Where others deploy, give them what `countersign spinnaker export` writes now.",
  trust: `Whom it does not trust cannot talk with it. ${REPAIR.objects}`,
};
