import type { ServerMode } from "../../facts";
import type { ServerChange } from "./model";
import { isStepBack, switchesTls } from "./trust/server-changes";
import { grouped } from "./words";

type Step = Pick<ServerChange, "before" | "after">;

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

/** Clause on calls that fail during the step; undefined if they need not. */
export function interruptionOf(step: Step): string | undefined {
  return switchesTls(step)
    ? "calls fail for a moment, until the servers and their callers have rolled"
    : undefined;
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
