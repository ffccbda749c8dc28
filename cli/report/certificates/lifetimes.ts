import type { Lifetime } from "../model";
import { UNKNOWN } from "../value";
import type { OwnGeneration } from "./authorities";
import { compare } from "./differences";
import type { Leaf } from "./leaf";
import { isPresent, type Side } from "./sides";

/** Lifetimes of all certificates and CAs after the change; CAs first, then by owner. */
export function lifetimesOf(
  leaves: readonly Leaf[],
  generations: readonly OwnGeneration[],
): Lifetime[] {
  const authorities = generations.flatMap(({ id, name, after }): Lifetime[] =>
    after === undefined
      ? []
      : [
          {
            kind: "authority",
            owner: `CA generation ${name}`,
            name: id,
            ...lifeOf(after),
            // A CA is never renewed in place: another generation takes over.
            renewBeforeHours: undefined,
          },
        ],
  );
  const parties = leaves.flatMap(({ name, owner, after, facts }): Lifetime[] =>
    after === undefined
      ? []
      : [
          {
            kind: "leaf",
            owner,
            name,
            ...lifeOf(after),
            renewBeforeHours: facts.after?.renewBeforeHours,
          },
        ],
  );
  return [...authorities.sort((one, other) => compare(one.name, other.name)), ...parties];
}

function lifeOf(side: Side): Pick<Lifetime, "notBefore" | "notAfter" | "hours"> {
  if (!isPresent(side)) return { notBefore: UNKNOWN, notAfter: UNKNOWN, hours: side.hours };
  const { notBefore, notAfter } = side.certificate;
  return {
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    hours: undefined,
  };
}
