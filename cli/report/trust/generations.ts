import { generationId } from "../../../facts";
import { checkIssuedBy, type Certificate } from "../../../x509";
import { certificateIn } from "../certificates/content";
import type { Generation } from "../model";
import type { PlannedResource } from "../plan";
import { generationsMadeBy, type IndexedPlan, type Stated } from "../plan-index";
import { UNKNOWN } from "../value";
import { shortOf } from "../words";

/** A CA generation on one side of a plan. */
export interface AuthorityGeneration extends Generation {
  /** Its name in a sentence, e.g. `CA generation g1`. */
  readonly label: string;
  /** Undefined for a CA that is not a generation of the plan. */
  readonly state: "signing" | "trusted" | undefined;
  /** Undefined until the `up` that creates it. */
  readonly certificate: Certificate | undefined;
  /**
   * Its identity as a trust anchor: of two generations with the same anchor, each verifies what the other has signed.
   * That depends on names and keys (RFC 5280, 6.1.1), and for the Substra orchestrator on key identifiers.
   */
  readonly anchor: string;
}

/** By id. */
export type GenerationsById = ReadonlyMap<string, AuthorityGeneration>;

/** The CA generations that a plan knows. */
export interface Generations {
  readonly before: GenerationsById;
  readonly after: GenerationsById;
}

/**
 * The generations of all CAs of a plan, including those of other stacks that components have accepted.
 *
 * A generation whose certificate is not in the state yet was never deployed, so it is not among those before.
 */
export function generationsOf(plan: IndexedPlan): Generations {
  const before = new Map<string, AuthorityGeneration>();
  const after = new Map<string, AuthorityGeneration>();
  for (const stated of plan.stated.values()) {
    if (!stated.before?.authority && !stated.after?.authority) continue;
    const made = generationsMadeBy(plan, stated.resource);
    for (const [name, { state, certificate: given }] of generationsIn(stated.before)) {
      const certificate = certificateIn(given ?? made.get(name)?.before?.outputs.certPem);
      const id = generationId(stated.resource.name, name);
      if (certificate) before.set(id, { ...existing(id, name, certificate), state });
    }
    for (const [name, { state, certificate: given }] of generationsIn(stated.after)) {
      const certificate = certificateIn(given ?? keptBy(made.get(name)));
      const id = generationId(stated.resource.name, name);
      const found = certificate ? existing(id, name, certificate) : coming(id, name, before);
      after.set(id, { ...found, state });
    }
  }
  return { before, after };
}

/** A CA that is not a generation of the plan, described by its certificate. */
export function strange(certificate: Certificate): AuthorityGeneration {
  const { subject, fingerprint } = certificate;
  return {
    ...existing(fingerprint, subject.text, certificate),
    label: `CA "${subject.text}" (SHA-256 ${shortOf(fingerprint)})`,
  };
}

/** The generation that issued a certificate; undefined if none of these did. */
export function issuerOf(
  leaf: Certificate,
  generations: Iterable<AuthorityGeneration>,
): AuthorityGeneration | undefined {
  for (const generation of generations) {
    const { certificate } = generation;
    if (certificate?.subject.der !== leaf.issuer.der) continue;
    const isIssuer = checkIssuedBy(leaf, certificate).every(({ code }) => code !== "signature");
    if (isIssuer) return generation;
  }
  return undefined;
}

function generationsIn(facts: Stated["before"]) {
  return Object.entries(facts?.authority?.generations ?? {});
}

/** The certificate of a resource that stays. Its outputs are only in the state before, as the preview repeats none. */
export function keptBy(made: PlannedResource | undefined): unknown {
  if (made === undefined || !["same", "update"].includes(made.operation)) return undefined;
  return made.before?.outputs.certPem;
}

function existing(id: string, name: string, certificate: Certificate): AuthorityGeneration {
  const { fingerprint, subject, publicKeyFingerprint, subjectKeyId } = certificate;
  return {
    id,
    name,
    fingerprint,
    label: `CA generation ${name}`,
    state: undefined,
    certificate,
    anchor: [subject.der, publicKeyFingerprint, subjectKeyId].join("/"),
  };
}

function coming(id: string, name: string, before: GenerationsById): AuthorityGeneration {
  return {
    id,
    name,
    fingerprint: UNKNOWN,
    label: before.has(id) ? `the new CA generation ${name}` : `CA generation ${name}`,
    state: undefined,
    certificate: undefined,
    anchor: `new ${id}`,
  };
}
