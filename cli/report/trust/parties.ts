import type { PeerFacts } from "../../../facts";
import { statedIn } from "../plan";
import type { PlanIndex } from "../plan-index";
import {
  unseen,
  type AuthorityGeneration,
  type Generations,
  type GenerationsById,
} from "./generations";
import type { Leaf, Leaves } from "./leaves";

/** A party as it speaks mutual TLS on one side of a plan. */
export interface Peer {
  readonly party: string;
  /** Whether another stack deploys it. */
  readonly elsewhere: boolean;
  /** Undefined as long as it has none. */
  readonly presents: Leaf | undefined;
  /** Undefined where it is not known. */
  readonly trusts: readonly AuthorityGeneration[] | undefined;
  readonly dials: readonly string[];
  /** Undefined if it lets in whoever has a certificate that it accepts. */
  readonly admits: ReadonlySet<string> | undefined;
}

/** A party on both sides of a plan; undefined where it is not there. */
export interface Party {
  readonly party: string;
  readonly before: Peer | undefined;
  readonly after: Peer | undefined;
}

/** All parties of a plan by name, in the order of their names. */
export function partiesOf(
  { plan }: PlanIndex,
  generations: Generations,
  leaves: Leaves,
): ReadonlyMap<string, Party> {
  const sides = {
    before: new Map<string, Peer>(),
    after: new Map<string, Peer>(),
  };
  for (const stated of statedIn(plan)) {
    for (const side of ["before", "after"] as const) {
      for (const facts of stated[side]?.peers ?? []) {
        sides[side].set(facts.party, peerOf(facts, generations, side, leaves[side]));
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
  generations: Generations,
  side: "before" | "after",
  leaves: ReadonlyMap<string, Leaf>,
): Peer {
  return {
    party: facts.party,
    elsewhere: facts.elsewhere ?? false,
    presents: leaves.get(facts.presents),
    trusts:
      facts.trusts === undefined
        ? facts.fingerprints && byFingerprints(facts.fingerprints, generations)
        : byIds(facts.trusts, generations[side]),
    dials: facts.dials,
    admits: facts.admits && new Set(facts.admits),
  };
}

/** A generation that has no certificate yet is in no pod. */
function byIds(ids: readonly string[], known: GenerationsById): AuthorityGeneration[] {
  return ids.flatMap((id) => known.get(id) ?? []);
}

function byFingerprints(
  fingerprints: readonly string[],
  { before, after }: Generations,
): AuthorityGeneration[] {
  const known = [...after.values(), ...before.values()];
  return fingerprints.map(
    (fingerprint) =>
      known.find((generation) => generation.fingerprint === fingerprint) ?? unseen(fingerprint),
  );
}
