import type { Certificate } from "../../../x509";
import { generationsMadeBy, type IndexedPlan } from "../plan-index";
import { isUnknown, type Maybe } from "../value";
import { certificateIn, isPresent, saysOfSide, type Says } from "./content";
import type { LeafSides } from "./leaf";

/** A leaf with the content of its certificate on both sides. */
export interface Compared extends LeafSides {
  readonly said: Says | undefined;
  readonly says: Says | undefined;
  /** Names of the generations that issued it and will issue it. */
  readonly issuers: { readonly before: string | undefined; readonly after: string | undefined };
}

export function compareSides(leaf: LeafSides, issuers: Issuers): Compared {
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

/** Names of the CAs that a plan knows. */
interface Issuers {
  /**
   * Finds the generation that issues a certificate, by its id if facts state it, otherwise by the certificate.
   *
   * @returns its name, or the issuer's subject if the generation is unknown; undefined if neither is known.
   */
  nameOf(id: string | undefined, certificate: Certificate | undefined): string | undefined;
}

export function issuersOf(plan: IndexedPlan): Issuers {
  const names = new Map<string, string>();
  const learn = (name: string, pem: unknown) => {
    const certificate = certificateIn(pem);
    if (certificate?.subjectKeyId !== undefined) names.set(keyOf(certificate), name);
  };
  for (const { resource, before, after } of plan.stated.values()) {
    for (const facts of [before, after]) {
      for (const [name, generation] of Object.entries(facts?.authority?.generations ?? {})) {
        learn(name, generation.certificate);
      }
    }
    for (const [name, made] of generationsMadeBy(plan, resource)) {
      learn(name, made.before?.outputs.certPem);
    }
  }
  return {
    nameOf: (id, certificate) => {
      if (id !== undefined) return id.slice(id.indexOf("/") + 1);
      if (certificate === undefined) return undefined;
      const key = `${certificate.issuer.der}/${certificate.authorityKeyId ?? ""}`;
      return names.get(key) ?? certificate.issuer.text;
    },
  };
}

/** Includes the key identifier, as the subject is the same for all generations of a CA. */
function keyOf({ subject, subjectKeyId }: Certificate): string {
  return `${subject.der}/${subjectKeyId ?? ""}`;
}

/** Whether two values differ; an unknown value counts as the same. */
export function differs(one: Maybe<string>, other: Maybe<string>): boolean {
  return !isUnknown(one) && !isUnknown(other) && one !== other;
}

/** Names on only one of two sides; undefined if a side is unknown. */
export function nameDifferences(
  before: Maybe<readonly string[]>,
  after: Maybe<readonly string[]>,
): { readonly added: readonly string[]; readonly removed: readonly string[] } | undefined {
  if (isUnknown(before) || isUnknown(after)) return undefined;
  const [was, is] = [new Set(before), new Set(after)];
  return {
    added: after.filter((name) => !was.has(name)),
    removed: before.filter((name) => !is.has(name)),
  };
}

export function namesDiffer(
  before: Maybe<readonly string[]>,
  after: Maybe<readonly string[]>,
): boolean {
  const found = nameDifferences(before, after);
  return found !== undefined && found.added.length + found.removed.length > 0;
}

export function textOf(value: Maybe<string>): string {
  return isUnknown(value) ? "unknown" : value;
}
