import type { ServerMode } from "../../../facts";
import type { ServerChange } from "../model";
import type { IndexedPlan } from "../plan-index";
import { grouped } from "../words";
import { trustOf } from "./trust";

const LESS_FIRST: readonly ServerMode[] = ["plain", "tls", "mutual-tls-optional", "mutual-tls"];

/** Modes of a server before and after. */
type Step = Pick<ServerChange, "before" | "after">;

/**
 * The servers that exist on both sides and change their mode: steps back first, the worst of them at the top, then
 * those that will require most of their callers; within a step, by party.
 */
export function serverChanges(plan: IndexedPlan): ServerChange[] {
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
export function isStepBack({ before, after }: Step): boolean {
  return LESS_FIRST.indexOf(after) < LESS_FIRST.indexOf(before);
}

/** Whether callers cannot continue as before, because the server speaks TLS on only one side. */
function switchesTls({ before, after }: Step): boolean {
  return (before === "plain") !== (after === "plain");
}

/** Rank of a change: steps back by how low they end, then steps forward by how high. */
function rankOf(change: Step): number {
  const [was, is] = [LESS_FIRST.indexOf(change.before), LESS_FIRST.indexOf(change.after)];
  const modes = LESS_FIRST.length;
  return isStepBack(change) ? is * modes - was : 2 * modes ** 2 - is * modes + was;
}

export const MODES: Readonly<Record<ServerMode, string>> = {
  plain: "no TLS",
  tls: "TLS",
  "mutual-tls-optional": "TLS that asks for a certificate",
  "mutual-tls": "TLS that requires a certificate",
};

/** Groups changes of the same step. */
export function byStep(changes: readonly ServerChange[]): [ServerChange, ...ServerChange[]][] {
  return grouped(changes, ({ before, after }) => JSON.stringify([before, after]));
}

const FORWARD: Readonly<Record<ServerMode, string>> = {
  plain: "",
  tls: "calls are encrypted, and callers check who the server is",
  "mutual-tls-optional": "a caller with a wrong certificate is refused, one without is let in",
  "mutual-tls": "a caller without a certificate, or with a wrong one, is refused",
};

const BACK: Readonly<Record<ServerMode, string>> = {
  plain: "calls are no longer encrypted, and nobody checks who the other end is",
  tls: "callers are no longer asked who they are, and whoever reaches the server can call it",
  "mutual-tls-optional": "whoever reaches the server can again call it without a certificate",
  "mutual-tls": "",
};

/** Clauses on what a step means for callers. */
export function meaningOf(step: Step): string {
  return isStepBack(step) ? BACK[step.after] : FORWARD[step.after];
}

/** Clauses on a step: what it means for callers, and whether calls fail meanwhile. */
export function clausesOn(step: Step): string[] {
  const interruption = "calls fail for a moment, until the servers and their callers have rolled";
  return [meaningOf(step), ...(switchesTls(step) ? [interruption] : [])];
}

/** `begin to ask for certificates`, with `s` for a single server. */
export function stepVerb(step: Step, isSingle: boolean): string {
  const [to, s] = [step.after, isSingle ? "s" : ""];
  if (isStepBack(step)) {
    if (to === "plain") return `stop${s} speaking TLS`;
    return `stop${s} ${to === "tls" ? "asking for" : "requiring"} certificates`;
  }
  const deeds = [
    ...(switchesTls(step) ? ["to speak TLS"] : []),
    ...(to === "mutual-tls-optional" ? ["to ask for certificates"] : []),
    ...(to === "mutual-tls" ? ["to require certificates"] : []),
  ];
  return `begin${s} ${deeds.join(" and ")}`;
}
