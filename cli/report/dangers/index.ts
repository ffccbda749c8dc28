import type { Danger, ReleaseChange } from "../model";
import type { IndexedPlan } from "../plan-index";
import { capitalized, grouped, listed } from "../words";
import { lostNamespaces, lostOperated, lostReleases, lostVolumes } from "./lost-data";
import { lostGenerations, lostKeys, lostPasswords, lostSecrets } from "./lost-keys";
import { refusalsIn, type Phase, type Refusal } from "./refusals";

/**
 * What a plan destroys or breaks, worst first.
 *
 * @param releases the changes of its releases.
 * @param at the time of the report: certificates that have expired by then are not missed.
 */
export function dangers(plan: IndexedPlan, releases: readonly ReleaseChange[], at: Date): Danger[] {
  return [...destructive(plan, releases, at), ...setbacks(plan), ...breaking(plan)];
}

/** What a plan loses and no later `up` restores, the largest losses first. */
export function destructive(
  plan: IndexedPlan,
  releases: readonly ReleaseChange[],
  at: Date,
): Danger[] {
  return [
    lostNamespaces(plan),
    lostReleases(plan),
    lostVolumes(releases),
    lostOperated(plan),
    lostGenerations(plan, at),
    lostKeys(plan, at),
    lostPasswords(plan),
    lostSecrets(plan),
  ].flatMap((losses) =>
    losses
      .map(({ text, todo }) => ({ kind: "destructive" as const, text, todo }))
      .sort((one, other) => (one.text < other.text ? -1 : 1)),
  );
}

/** Dangers of admissions that this change accepts although they revert something; enrollment/ describes what. */
function setbacks(plan: IndexedPlan): Danger[] {
  return [...plan.certificates.values()].flatMap(({ before, after: taken }) => {
    const known = new Set(before?.setbacks ?? []);
    return (taken?.setbacks ?? [])
      .filter((text) => !known.has(text))
      .map((text) => ({
        kind: "breaking" as const,
        text: `The admission that ${taken?.owner ?? ""} accepts from another stack reverts something: ${text}.`,
        todo: `Remove \`signedBy.accept\` of ${taken?.owner ?? ""}, unless the consortium has confirmed over another channel that this is intended.`,
      }));
  });
}

const WORST_FIRST: readonly Phase[] = ["for-good", "own-up", "own-trust", "roll-out", "already"];

/** Refusals of one cause between a server and its clients. */
interface Breakage extends Pick<Refusal, "server" | "phase" | "cause" | "ca"> {
  readonly refused: Refusal["refused"] | "both";
  readonly clients: readonly string[];
}

/** The connections that a plan cuts, the longest cuts first. Clients that are cut off in the same way are grouped. */
export function breaking(plan: IndexedPlan): Danger[] {
  const oneSided = grouped(refusalsIn(plan), (each) => keyOf(each, each.refused)).map(
    ([first, ...others]): Breakage => ({
      ...first,
      clients: [first, ...others].map(({ client }) => client),
    }),
  );
  return grouped(oneSided, (each) => keyOf(each, each.clients.join()))
    .map(([first, ...others]): Breakage =>
      others.length > 0 ? { ...first, refused: "both" } : first,
    )
    .map((breakage) => ({
      rank: WORST_FIRST.indexOf(breakage.phase),
      text: textOf(breakage),
      todo: todoOf(breakage),
    }))
    .sort((one, other) => one.rank - other.rank || (one.text < other.text ? -1 : 1))
    .map(({ text, todo }) => ({ kind: "breaking", text, todo }));
}

function keyOf(
  { server, phase, cause, ca }: Pick<Breakage, "server" | "phase" | "cause" | "ca">,
  rest: string,
): string {
  return JSON.stringify([server, phase, cause, ca, rest]);
}

/** Sentence on who refuses whom, why, and for how long. */
function textOf(breakage: Breakage): string {
  const { server, phase, cause } = breakage;
  const clients = listed(breakage.clients);
  const areMany = breakage.clients.length > 1;
  if (cause === "not-admitted") {
    return `${server} will refuse ${clients}, which still ${areMany ? "connect" : "connects"} to it.`;
  }
  if (cause === "no-certificate") return lackText(breakage);
  const sentence = capitalized(`${refusalOf(breakage, clients)}, ${distrustOf(breakage)}`);
  switch (phase) {
    case "for-good":
      return `${sentence}, permanently from this \`up\` on.`;
    case "own-up":
      return `${sentence}, until ${areMany ? "each of them" : clients} has deployed its new certificate with an \`up\` of its own stack.`;
    case "own-trust":
      return `${sentence}, until ${areMany ? "each of them" : clients} has begun to trust that CA with an \`up\` of its own stack.`;
    case "roll-out":
      return `During the roll-out, ${sentence}.`;
    case "already":
      return `${sentence}: already broken before this change, and not fixed by it.`;
  }
}

/** Sentence on a server that requires a certificate, which clients do not show. */
function lackText({ server, phase, clients: all }: Breakage): string {
  const clients = listed(all);
  const [shows, is] = all.length > 1 ? ["show", "they are"] : ["shows", "it is"];
  if (phase === "roll-out") {
    return `During the roll-out, ${server} refuses running pods of ${clients}, which show no certificate yet.`;
  }
  const since =
    phase === "already"
      ? "already refused before this change, which does not fix that"
      : "permanently refused from this `up` on";
  return `${server} requires a certificate, and ${clients} ${shows} none: ${is} ${since}.`;
}

/**
 * What to do instead: a rotation adds a generation as trusted, waits for everybody, lets it sign, and drops the old one
 * when no certificate issued by that is in use.
 */
function todoOf({ server, clients, phase, cause, ca = "that CA" }: Breakage): string {
  const who = listed(clients);
  switch (cause) {
    case "not-admitted":
      return `Remove ${who} as well, or let ${server} admit ${clients.length > 1 ? "them" : "it"} again.`;
    case "no-certificate":
      return `Let ${server} ask for certificates without requiring one until ${who} ${clients.length > 1 ? "show theirs" : "shows its own"}.`;
    case "dropped":
      return phase === "own-up"
        ? `Keep ${ca} as \`trusted\` until ${who} ${clients.length > 1 ? "have" : "has"} deployed the new certificate, and drop it with a later change.`
        : `Keep ${ca} as \`trusted\` until no certificate issued by it is in use, and drop it with a later change.`;
    case "early":
      return phase === "own-trust"
        ? `Add ${ca} as \`trusted\` only; let it sign with a later change, when ${who} ${clients.length > 1 ? "have listed its fingerprint in their" : "has listed its fingerprint in its"} \`signedBy.trust\` and run \`pulumi up\`.`
        : `Add ${ca} as \`trusted\` only, and deploy that everywhere; let it sign with a later change.`;
    case "untrusted":
      return `Let both ends of the connection trust ${ca}, or use a certificate issued by a CA that they trust.`;
  }
}

/** Clause on who refuses which certificates of whom. */
function refusalOf(
  { server, refused, clients: all, cause, ca = "a CA that is not known here" }: Breakage,
  clients: string,
): string {
  const which = cause === "dropped" ? "current " : cause === "early" ? "new " : "";
  const areMany = all.length > 1;
  switch (refused) {
    case "both":
      return `${server} and ${clients} refuse each other's ${which}certificates issued by ${ca}`;
    case "client":
      return `${server} refuses the ${which}certificate${areMany ? "s" : ""} of ${clients} issued by ${ca}`;
    case "server":
      return `${clients} ${areMany ? "refuse" : "refuses"} the ${which}certificate of ${server} issued by ${ca}`;
  }
}

function distrustOf({ refused, clients, cause }: Breakage): string {
  const areMany = refused === "server" && clients.length > 1;
  const who = refused === "both" ? "the other end" : areMany ? "they" : "it";
  if (cause === "dropped") return `which ${who} no longer ${areMany ? "trust" : "trusts"}`;
  return `which ${who} ${areMany ? "do" : "does"} not trust${cause === "early" ? " yet" : ""}`;
}
