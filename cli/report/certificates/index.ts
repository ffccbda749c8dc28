import type { ConfigLines } from "../config-lines";
import type { CertificateChange, Lifetime } from "../model";
import type { IndexedPlan } from "../plan-index";
import { UNKNOWN } from "../value";
import { compare } from "../words";
import { authorityChanges, ownGenerations, type OwnGeneration } from "./authorities";
import { isPresent, type Side } from "./content";
import { leavesOf, type Leaf } from "./leaf";
import { leafChanges } from "./leaf-changes";

/** Changes of certificates and CAs, and the lifetimes of all of them. */
interface CertificatePart {
  readonly certificates: readonly CertificateChange[];
  readonly lifetimes: readonly Lifetime[];
}

/** @param at the time of the report. */
export function certificatePart(plan: IndexedPlan, lines: ConfigLines, at: Date): CertificatePart {
  const generations = ownGenerations(plan);
  const leaves = leavesOf(plan);
  return {
    certificates: [
      ...authorityChanges(generations, lines),
      ...leafChanges(plan, leaves, lines, at),
    ],
    lifetimes: lifetimesOf(leaves, generations),
  };
}

/** Lifetimes of all certificates and CAs after the change; CAs first, then by owner. */
function lifetimesOf(leaves: readonly Leaf[], generations: readonly OwnGeneration[]): Lifetime[] {
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
