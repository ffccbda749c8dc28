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

/** Changes of the same step. */
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
  plain: "calls are not encrypted any more, and nobody checks who the other end is",
  tls: "callers are not asked who they are any more, and whoever reaches the server can call it",
  "mutual-tls-optional": "whoever reaches the server can call it without a certificate again",
  "mutual-tls": "",
};

/** What a step means for callers, in clauses. */
export function meaningOf(step: Step): string {
  return isStepBack(step) ? BACK[step.after] : FORWARD[step.after];
}

/** That no call can succeed in between; undefined if they can. */
export function interruptionOf(step: Step): string | undefined {
  return switchesTls(step)
    ? "calls fail for a moment, until the servers and their callers have rolled"
    : undefined;
}

/** `begin to ask for certificates`, with `s` for a single server. */
export function stepVerb(step: Step, isSingle: boolean): string {
  const [to, s] = [step.after, isSingle ? "s" : ""];
  if (isStepBack(step)) {
    if (to === "plain") return `speak${s} TLS no more`;
    return to === "tls" ? `ask${s} for certificates no more` : `require${s} certificates no more`;
  }
  const deeds = [
    ...(switchesTls(step) ? ["to speak TLS"] : []),
    ...(to === "mutual-tls-optional" ? ["to ask for certificates"] : []),
    ...(to === "mutual-tls" ? ["to require certificates"] : []),
  ];
  return `begin${s} ${deeds.join(" and ")}`;
}
