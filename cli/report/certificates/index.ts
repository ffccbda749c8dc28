import type { ConfigLines } from "../config-lines";
import type { CertificateChange, CertificateOperation, Lifetime, NameChanges } from "../model";
import type { IndexedPlan } from "../plan-index";
import { UNKNOWN, isUnknown, type Maybe } from "../value";
import { compare } from "../words";
import { authorityChanges, ownGenerations, type OwnGeneration } from "./authorities";
import { hasChanged, isOlder, isPresent, validityOf, type Says, type Side } from "./content";
import {
  compareSides,
  differs,
  issuersOf,
  leavesOf,
  nameDifferences,
  namesDiffer,
  type Compared,
  type LeafSides,
} from "./leaf";
import { reasonsOf } from "./reasons";

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
function lifetimesOf(
  leaves: readonly LeafSides[],
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

/**
 * The certificates of parties that are issued, changed or withdrawn.
 *
 * @param at the time of the report, to tell which certificates have expired.
 */
function leafChanges(
  plan: IndexedPlan,
  leaves: readonly LeafSides[],
  lines: ConfigLines,
  at: Date,
): CertificateChange[] {
  const issuers = issuersOf(plan);
  const receivers = new Set(
    leaves.flatMap(({ owner, facts }) => (facts.after?.origin === "received" ? owner : [])),
  );
  return leaves
    .filter(({ before, after }) => hasChanged(before, after))
    .map((leaf) => changeOf(compareSides(leaf, issuers, receivers), lines, at));
}

function changeOf(leaf: Compared, lines: ConfigLines, at: Date): CertificateChange {
  const { said, says, before, after } = leaf;
  return {
    operation: operationOf(leaf),
    kind: "leaf",
    owner: leaf.owner,
    name: leaf.name,
    subject: says?.subject ?? said?.subject ?? UNKNOWN,
    names: namesOf(said, says),
    key: { before: said?.keyAlgorithm, after: says?.keyAlgorithm },
    issuer: leaf.issuers,
    expires: before?.certificate.notAfter.toISOString(),
    validity: validityOf(after),
    fingerprint: before?.certificate.fingerprint,
    reasons: reasonsOf(leaf, lines, at),
  };
}

function operationOf({ said, says, issuers, before, after }: Compared): CertificateOperation {
  if (says === undefined) return "withdrawn";
  if (said === undefined) return "issued";
  if (differs(said.publicKey, says.publicKey)) return "re-keyed";
  // Whatever its content, an older certificate renews nothing.
  if (before && isPresent(after) && isOlder(before, after)) return "replaced";
  const isSame =
    !differs(said.subject, says.subject) &&
    !namesDiffer(said.names, says.names) &&
    issuers.before === issuers.after;
  return isSame ? "renewed" : "replaced";
}

function namesOf(said: Says | undefined, says: Says | undefined): Maybe<NameChanges> {
  // The names of a new or withdrawn certificate are not marked as added or removed.
  const before = said?.names ?? says?.names ?? UNKNOWN;
  const after = says?.names ?? before;
  const found = nameDifferences(before, after);
  if (found === undefined || isUnknown(after)) return UNKNOWN;
  const added = new Set(found.added);
  return { kept: after.filter((name) => !added.has(name)), ...found };
}
