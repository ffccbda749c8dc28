import type { Generation, TrustChange } from "../model";
import type { Plan } from "../plan";
import { isUnknown } from "../value";
import type { AuthorityGeneration } from "./generations";
import type { Peer } from "./parties";
import { trustOf } from "./trust";

/**
 * The parties that will trust other CA certificates than now, or begin to trust any, by name.
 *
 * Those that leave are not among them, nor those of which it is not known on both sides.
 */
export function trustChanges(plan: Plan): TrustChange[] {
  return [...trustOf(plan).parties.values()].flatMap(({ party, before, after }) => {
    // Of what another stack decides only a part is known here.
    if (after?.trusts === undefined || after.elsewhere) return [];
    if (before && before.trusts === undefined) return [];
    const [was, is] = [before?.trusts ?? [], after.trusts];
    if (keyOf(was) === keyOf(is)) return [];
    return [{ party, elsewhere: after.elsewhere, before: shown(was), after: shown(is) }];
  });
}

/** What a party trusts, whatever the order. One that is only made now is another one than any before. */
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
