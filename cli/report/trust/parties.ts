import type { Facts, PeerFacts, ServerMode } from "../../../facts";
import type { IndexedPlan } from "../plan-index";
import { type AuthorityGeneration, type Generations, type GenerationsById } from "./generations";
import type { Leaf, Leaves } from "./leaves";

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
export function partiesOf(
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
