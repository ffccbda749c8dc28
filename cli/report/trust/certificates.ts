import { generationId, type CertificateFacts } from "../../../facts";
import { checkIssuedBy, type Certificate } from "../../../x509";
import { certificateIn } from "../certificates/content";
import { GenerationNames } from "../certificates/generation-names";
import type { Generation } from "../model";
import type { PlannedResource, State } from "../plan";
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
  const names = new GenerationNames(plan);
  for (const stated of plan.stated.values()) {
    if (!stated.before?.authority && !stated.after?.authority) continue;
    const made = generationsMadeBy(plan, stated.resource);
    for (const [name, { state, certificate: given }] of generationsIn(stated.before)) {
      const certificate = certificateIn(given ?? made.get(name)?.before?.outputs.certPem);
      const id = generationId(stated.resource.name, name);
      const shown = names.of(stated, name);
      if (certificate) before.set(id, { ...existing(id, shown, certificate), state });
    }
    for (const [name, { state, certificate: given }] of generationsIn(stated.after)) {
      const certificate = certificateIn(given ?? keptBy(made.get(name)));
      const id = generationId(stated.resource.name, name);
      const shown = names.of(stated, name);
      const found = certificate ? existing(id, shown, certificate) : coming(id, shown, before);
      after.set(id, { ...found, state });
    }
  }
  return { before, after };
}

/** A CA that is not a generation of the plan, described by its certificate. */
function strange(certificate: Certificate): AuthorityGeneration {
  const { subject, fingerprint } = certificate;
  return {
    ...existing(fingerprint, subject.text, certificate),
    label: `CA "${subject.text}" (SHA-256 ${shortOf(fingerprint)})`,
  };
}

/** The generation that issued a certificate; undefined if none of these did. */
function issuerOf(
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
function keptBy(made: PlannedResource | undefined): unknown {
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

/** A party's certificate on one side of a plan. */
export interface Leaf {
  /** Its name, by which components state it. */
  readonly name: string;
  readonly owner: string;
  /** Undefined until the `up` that issues it. */
  readonly certificate: Certificate | undefined;
  /** Undefined if a CA issued it that the plan does not know. */
  readonly issuer: AuthorityGeneration | undefined;
}

/** By name. */
export interface Leaves {
  readonly before: ReadonlyMap<string, Leaf>;
  readonly after: ReadonlyMap<string, Leaf>;
}

/**
 * The certificates of all parties of a plan, with their issuers.
 *
 * The resources decide, not the facts of components: after an interrupted `up` they differ.
 */
export function leavesOf(plan: IndexedPlan, generations: Generations): Leaves {
  const before = new Map<string, Leaf>();
  const after = new Map<string, Leaf>();
  const known = {
    before: [...generations.before.values(), ...generations.after.values()],
    after: [...generations.after.values(), ...generations.before.values()],
  };
  for (const [name, { before: said, after: says, resource: made }] of plan.certificates) {
    if (said) {
      const certificate = certificateIn(said.certificate ?? made?.before?.outputs.certPem);
      const issuer =
        signerOf(made?.before, said, known.before) ??
        (certificate && issuerOf(certificate, known.before));
      if (certificate) before.set(name, { name, owner: said.owner, certificate, issuer });
    }
    if (says && (says.certificate ?? made?.after) !== undefined) {
      const certificate = certificateIn(says.certificate ?? keptBy(made));
      const issuer =
        signerOf(made?.after, says, known.after) ??
        comingIssuer(says, generations) ??
        (certificate && issuerOf(certificate, known.after));
      after.set(name, { name, owner: says.owner, certificate, issuer });
    }
  }
  return { before, after };
}

/** Whether the certificate is re-issued, so that pods get a new one. */
export function isReissued(before: Leaf, after: Leaf): boolean {
  return after.certificate?.fingerprint !== before.certificate?.fingerprint;
}

/** The CA that signs, from the inputs of the resource. */
function signerOf(
  made: State | undefined,
  { origin }: CertificateFacts,
  known: readonly AuthorityGeneration[],
): AuthorityGeneration | undefined {
  const certificate = origin === "issued" ? certificateIn(made?.inputs.caCertPem) : undefined;
  if (certificate === undefined) return undefined;
  const { fingerprint } = certificate;
  return known.find((generation) => generation.fingerprint === fingerprint) ?? strange(certificate);
}

/** The issuer if the same `up` creates it. */
function comingIssuer({ issuer }: CertificateFacts, { after }: Generations) {
  return issuer === undefined ? undefined : after.get(issuer);
}
