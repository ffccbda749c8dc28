import type { IndexedPlan } from "../plan-index";
import {
  generationsOf,
  leavesOf,
  type AuthorityGeneration,
  type Generations,
  type GenerationsById,
  type Leaf,
  type Leaves,
} from "./certificates";
import type { Facts, PeerFacts, ServerMode } from "../../../facts";

/** Who has which certificate, and who trusts which CA, on both sides of a plan. */
export interface Trust {
  readonly generations: Generations;
  readonly leaves: Leaves;
  /** By name, in the order of their names. */
  readonly parties: ReadonlyMap<string, Party>;
}

const read = new WeakMap<IndexedPlan, Trust>();

/** The trust in a plan, which is read only once. */
export function trustOf(plan: IndexedPlan): Trust {
  const known = read.get(plan);
  if (known) return known;
  const generations = generationsOf(plan);
  const leaves = leavesOf(plan, generations);
  const trust = { generations, leaves, parties: partiesOf(plan, generations, leaves) };
  read.set(plan, trust);
  return trust;
}

/** Whether a party that trusts these CAs accepts a certificate; undefined if that is unknown. */
export function accepts(
  trusts: readonly AuthorityGeneration[] | undefined,
  leaf: Leaf | undefined,
): boolean | undefined {
  if (trusts === undefined || leaf === undefined) return undefined;
  const { issuer, certificate } = leaf;
  if (issuer !== undefined) return trusts.some(({ anchor }) => anchor === issuer.anchor);
  // None of the CAs that the plan knows has issued it.
  return certificate === undefined ? undefined : false;
}

/** Whether a server admits a party, as far as names decide. */
export function admits(server: Peer | undefined, client: string): boolean {
  return server?.admits === undefined || server.admits.has(client);
}

/** A server's mode, which decides what a connection needs. A server without a stated mode requires certificates. */
type Server = Pick<Peer, "serves">;

export function speaksTls({ serves }: Server): boolean {
  return serves !== "plain";
}

/** Whether it checks a certificate that a caller shows. */
export function checksCallers({ serves }: Server): boolean {
  return serves !== "plain" && serves !== "tls";
}

/** Whether it refuses a caller without a certificate. */
export function requiresCertificate({ serves }: Server): boolean {
  return serves === undefined || serves === "mutual-tls";
}

/** The certificate that a party shows to the servers that it dials; undefined if it shows none. */
export function shownBy(client: Peer | undefined): Leaf | undefined {
  return client?.shows ? client.presents : undefined;
}

/** A party that uses TLS, on one side of a plan. */
export interface Peer {
  readonly party: string;
  /** Whether another stack deploys it. */
  readonly elsewhere: boolean;
  /** Its certificate; undefined as long as it has none. */
  readonly presents: Leaf | undefined;
  /** The CAs that it trusts; undefined if unknown. */
  readonly trusts: readonly AuthorityGeneration[] | undefined;
  readonly dials: readonly string[];
  /** Whether it shows its certificate to those that it dials. */
  readonly shows: boolean;
  /** Mode of its server; undefined if none is stated, which means mutual TLS. */
  readonly serves: ServerMode | undefined;
  /** Its kind, if that is stated. */
  readonly kind: Facts["kind"];
  /** The parties that it admits; undefined if it admits whoever has a certificate that it accepts. */
  readonly admits: ReadonlySet<string> | undefined;
}

/** A party on both sides of a plan; undefined on a side where it does not exist. */
export interface Party {
  readonly party: string;
  readonly before: Peer | undefined;
  readonly after: Peer | undefined;
}

/** All parties of a plan by name, in the order of their names. */
function partiesOf(
  plan: IndexedPlan,
  generations: Generations,
  leaves: Leaves,
): ReadonlyMap<string, Party> {
  const sides = {
    before: new Map<string, Peer>(),
    after: new Map<string, Peer>(),
  };
  for (const stated of plan.stated.values()) {
    const told = { before: stated.before?.distrusted, after: stated.after?.distrusted };
    for (const side of ["before", "after"] as const) {
      for (const facts of stated[side]?.peers ?? []) {
        const trusts =
          facts.trusts === undefined
            ? trustElsewhere(facts, told, generations, side)
            : byIds(facts.trusts, generations[side]);
        const presents = leaves[side].get(facts.presents);
        const kind = stated[side]?.kind;
        sides[side].set(facts.party, { ...peerOf(facts, presents, trusts), kind });
      }
    }
  }
  const names = [...new Set([...sides.before.keys(), ...sides.after.keys()])].sort();
  return new Map(
    names.map((party) => [
      party,
      { party, before: sides.before.get(party), after: sides.after.get(party) },
    ]),
  );
}

function peerOf(
  facts: PeerFacts,
  presents: Leaf | undefined,
  trusts: Peer["trusts"],
): Omit<Peer, "kind"> {
  return {
    party: facts.party,
    elsewhere: facts.elsewhere ?? false,
    presents,
    trusts,
    dials: facts.dials,
    shows: facts.shows ?? true,
    serves: facts.serves,
    admits: facts.admits && new Set(facts.admits),
  };
}

/** Generations by their ids. One that is not known has no certificate yet, so it is in no pod. */
function byIds(ids: readonly string[], known: GenerationsById): AuthorityGeneration[] {
  return ids.flatMap((id) => known.get(id) ?? []);
}

type Told = Readonly<Record<"before" | "after", Facts["distrusted"]>>;

/**
 * Those of the CAs trusted by another stack that matter: the one that signed, and the one that will. The trust that
 * another stack reports is already in effect when this one reads it.
 */
function trustElsewhere(
  { party, tells }: PeerFacts,
  told: Told,
  generations: Generations,
  side: "before" | "after",
): AuthorityGeneration[] | undefined {
  if (!tells || told[side] === undefined) return undefined;
  const sides = side === "before" ? (["before"] as const) : (["before", "after"] as const);
  const trusted = sides.flatMap((each) => {
    const { generation = "", by = [] } = told[each] ?? {};
    return by.includes(party) ? [] : byIds([generation], generations[each]);
  });
  return [...new Map(trusted.map((generation) => [generation.id, generation])).values()];
}
