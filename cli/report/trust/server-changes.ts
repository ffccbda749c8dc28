import type { ServerMode } from "../../../facts";
import type { ServerChange } from "../model";
import type { Plan } from "../plan";
import { trustOf } from "./trust";

const LESS_FIRST: readonly ServerMode[] = ["plain", "tls", "mutual-tls-optional", "mutual-tls"];

/**
 * The servers that speak otherwise than now, and are there on both sides: steps back first, the worst of them above, then
 * those that will ask most of their callers; of one step by party.
 */
export function serverChanges(plan: Plan): ServerChange[] {
  const { parties } = trustOf(plan);
  return [...parties.values()]
    .flatMap(({ party, before, after }): ServerChange[] => {
      const [was, is] = [before?.serves, after?.serves];
      if (was === undefined || is === undefined || was === is) return [];
      const callers = [...parties.values()].filter((caller) => caller.after?.dials.includes(party));
      return [{ party, before: was, after: is, callers: callers.map((caller) => caller.party) }];
    })
    .sort((one, other) => rankOf(one) - rankOf(other));
}

/** Whether a server asks less of its callers than before. */
export function isStepBack({ before, after }: Pick<ServerChange, "before" | "after">): boolean {
  return LESS_FIRST.indexOf(after) < LESS_FIRST.indexOf(before);
}

/** Whether callers cannot go on as before: they speak TLS on one side only. */
export function switchesTls({ before, after }: Pick<ServerChange, "before" | "after">): boolean {
  return (before === "plain") !== (after === "plain");
}

/** From the longest step back to the longest forward. */
function rankOf(change: ServerChange): number {
  const [was, is] = [LESS_FIRST.indexOf(change.before), LESS_FIRST.indexOf(change.after)];
  const modes = LESS_FIRST.length;
  return isStepBack(change) ? is * modes - was : modes ** 2 - is * modes + was;
}
