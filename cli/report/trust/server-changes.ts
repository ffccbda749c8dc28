import type { ServerMode } from "../../../facts";
import type { ServerChange } from "../model";
import type { Plan } from "../plan";
import { trustOf } from "./trust";

const LESS_FIRST: readonly ServerMode[] = ["plain", "tls", "mutual-tls-optional", "mutual-tls"];

/**
 * The servers that exist on both sides and change their mode: steps back first, the worst of them at the top, then
 * those that will require most of their callers; within a step, by party.
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

/** Whether a server requires less of its callers than before. */
export function isStepBack({ before, after }: Pick<ServerChange, "before" | "after">): boolean {
  return LESS_FIRST.indexOf(after) < LESS_FIRST.indexOf(before);
}

/** Whether callers cannot continue as before, because the server speaks TLS on only one side. */
export function switchesTls({ before, after }: Pick<ServerChange, "before" | "after">): boolean {
  return (before === "plain") !== (after === "plain");
}

/** Rank of a change: steps back by how low they end, then steps forward by how high. */
function rankOf(change: ServerChange): number {
  const [was, is] = [LESS_FIRST.indexOf(change.before), LESS_FIRST.indexOf(change.after)];
  const modes = LESS_FIRST.length;
  return isStepBack(change) ? is * modes - was : modes ** 2 - is * modes + was;
}
