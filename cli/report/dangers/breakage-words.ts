import type { Refusal } from "./refusals";
import { capitalized, listed } from "../words";

/** Refusals of one cause between a server and its clients. */
export interface Breakage extends Pick<Refusal, "server" | "phase" | "cause" | "ca"> {
  readonly refused: Refusal["refused"] | "both";
  readonly clients: readonly string[];
}

/** Who refuses whom, why, and for how long. */
export function textOf(breakage: Breakage): string {
  const { server, phase, cause } = breakage;
  const clients = listed(breakage.clients);
  const areMany = breakage.clients.length > 1;
  if (cause === "not-admitted") {
    return `${server} does not let ${clients} in any more, which ${areMany ? "go" : "goes"} on dialling it.`;
  }
  if (cause === "no-certificate") return lackText(breakage);
  const sentence = capitalized(`${refusalOf(breakage, clients)}, ${distrustOf(breakage)}`);
  switch (phase) {
    case "for-good":
      return `${sentence}, from this \`up\` on and for good.`;
    case "own-up":
      return `${sentence}, until ${areMany ? "each of them" : clients} has deployed its new certificate with an \`up\` of its own stack.`;
    case "own-trust":
      return `${sentence}, until ${areMany ? "each of them" : clients} has taken that CA into its trust with an \`up\` of its own stack.`;
    case "roll-out":
      return `During the roll-out, ${sentence}.`;
    case "already":
      return `${sentence}: it is so before this change, which does not mend it.`;
  }
}

/** That a server requires what clients do not show. */
function lackText({ server, phase, clients: all }: Breakage): string {
  const clients = listed(all);
  const [shows, is] = all.length > 1 ? ["show", "they are"] : ["shows", "it is"];
  if (phase === "roll-out") {
    return `During the roll-out, ${server} refuses running pods of ${clients}, which show no certificate yet.`;
  }
  const since =
    phase === "already"
      ? "refused before this change, which does not mend it"
      : "refused from this `up` on and for good";
  return `${server} requires a certificate, and ${clients} ${shows} none: ${is} ${since}.`;
}

/** What to do instead: a rotation adds and trusts, waits for everybody, signs, and drops when nothing of it is in use. */
export function todoOf({ server, clients, phase, cause, ca = "that CA" }: Breakage): string {
  const who = listed(clients);
  switch (cause) {
    case "not-admitted":
      return `Remove ${who} as well, or let ${server} list ${clients.length > 1 ? "them" : "it"} again.`;
    case "no-certificate":
      return `Let ${server} ask for certificates without requiring one until ${who} ${clients.length > 1 ? "show theirs" : "shows its own"}.`;
    case "dropped":
      return phase === "own-up"
        ? `Keep ${ca} as \`trusted\` until ${who} ${clients.length > 1 ? "have" : "has"} deployed the new certificate, and drop it with a later change.`
        : `Keep ${ca} as \`trusted\` until no certificate by it is in use, and drop it with a later change.`;
    case "early":
      return phase === "own-trust"
        ? `Add ${ca} as \`trusted\` only; let it sign with a later change, when ${who} ${clients.length > 1 ? "have listed its fingerprint in their" : "has listed its fingerprint in its"} \`signedBy.trust\` and run \`pulumi up\`.`
        : `Add ${ca} as \`trusted\` only, and deploy that everywhere; let it sign with a later change.`;
    case "untrusted":
      return `Let both ends of the connection trust ${ca}, or take a certificate by a CA that they trust.`;
  }
}

/** Who refuses what of whom. */
function refusalOf(
  { server, refused, clients: all, cause, ca = "a CA that is not known here" }: Breakage,
  clients: string,
): string {
  const which = cause === "dropped" ? "running " : cause === "early" ? "new " : "";
  const areMany = all.length > 1;
  switch (refused) {
    case "both":
      return `${server} and ${clients} refuse each other's ${which}certificates by ${ca}`;
    case "client":
      return `${server} refuses the ${which}certificate${areMany ? "s" : ""} of ${clients} by ${ca}`;
    case "server":
      return `${clients} ${areMany ? "refuse" : "refuses"} the ${which}certificate of ${server} by ${ca}`;
  }
}

function distrustOf({ refused, clients, cause }: Breakage): string {
  const who =
    refused === "both"
      ? "the other end does not"
      : refused === "server" && clients.length > 1
        ? "they do not"
        : "it does not";
  const since = cause === "dropped" ? " any more" : cause === "early" ? " yet" : "";
  return `which ${who} trust${since}`;
}
