import type { Issuers } from "./issuers";
import type { Leaf } from "./leaf";
import type { Says } from "./reading";
import { isPresent, saysOfSide } from "./sides";

/** A leaf with the content of its certificate on both sides. */
export interface Compared extends Leaf {
  readonly said: Says | undefined;
  readonly says: Says | undefined;
  /** Names of the generations that issued it and will issue it. */
  readonly issuers: { readonly before: string | undefined; readonly after: string | undefined };
}

export function compareSides(leaf: Leaf, issuers: Issuers): Compared {
  const { before, after, facts } = leaf;
  const said = before && saysOfSide(before);
  const says = after && saysOfSide(after);
  return {
    ...leaf,
    said,
    says,
    issuers: {
      before: before && issuers.nameOf(facts.before?.issuer, before.certificate),
      after: isPresent(after)
        ? issuers.nameOf(undefined, after.certificate)
        : after && issuers.nameOf(facts.after?.issuer, undefined),
    },
  };
}
