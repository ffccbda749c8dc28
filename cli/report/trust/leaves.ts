import type { CertificateFacts } from "../../../facts";
import type { Certificate } from "../../../x509";
import { certificateIn } from "../certificates/content";
import type { State } from "../plan";
import type { IndexedPlan } from "../plan-index";
import {
  issuerOf,
  keptBy,
  strange,
  type AuthorityGeneration,
  type Generations,
} from "./generations";

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
      if (certificate) before.set(name, leafOf(name, said, certificate, issuer));
    }
    if (says && (says.certificate ?? made?.after) !== undefined) {
      const certificate = certificateIn(says.certificate ?? keptBy(made));
      const issuer =
        signerOf(made?.after, says, known.after) ??
        comingIssuer(says, generations) ??
        (certificate && issuerOf(certificate, known.after));
      after.set(name, leafOf(name, says, certificate, issuer));
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

function leafOf(
  name: string,
  { owner }: CertificateFacts,
  certificate: Certificate | undefined,
  issuer: AuthorityGeneration | undefined,
): Leaf {
  return { name, owner, certificate, issuer };
}
