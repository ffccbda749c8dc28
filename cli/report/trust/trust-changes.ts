import type { Generation, TrustChange } from "../model";
import type { Plan } from "../plan";
import { isUnknown } from "../value";
import type { AuthorityGeneration } from "./generations";
import type { Peer } from "./parties";
import { trustOf } from "./trust";

/**
 * The parties that will trust other CA certificates than now, or will begin to trust any, by name.
 *
 * Parties that leave are not included, nor those whose trust is not known on both sides.
 */
export function trustChanges(plan: Plan): TrustChange[] {
  return [...trustOf(plan).parties.values()].flatMap(({ party, before, after }) => {
    // Only a part of what another stack decides is known here.
    if (after?.trusts === undefined || after.elsewhere) return [];
    if (before && before.trusts === undefined) return [];
    const [was, is] = [before?.trusts ?? [], after.trusts];
    if (keyOf(was) === keyOf(is)) return [];
    return [{ party, elsewhere: after.elsewhere, before: shown(was), after: shown(is) }];
  });
}

/** What a party trusts, in any order. A generation that is yet to be created differs from any before. */
function keyOf(generations: NonNullable<Peer["trusts"]>): string {
  return generations
    .map(({ id, fingerprint }) => (isUnknown(fingerprint) ? `new ${id}` : fingerprint))
    .sort()
    .join();
}

function shown(generations: readonly AuthorityGeneration[]): Generation[] {
  return generations
    .map(({ id, name, fingerprint }) => ({ id, name, fingerprint }))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}
