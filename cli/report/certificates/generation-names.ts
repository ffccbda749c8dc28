import { generationsMadeBy, type IndexedPlan, type Stated } from "../plan-index";
import { certificateIn } from "./content";

/** Type of the component of a CA that the stack owns. */
export const AUTHORITY = "countersign:pki:CertificateAuthority";

/**
 * Names of CA generations for people. A generation has the name that its stack gives it. If CAs of other subjects have
 * generations of that name, too, the subject is added to those of other stacks: most CAs begin with `g1`.
 */
export class GenerationNames {
  /** Subjects by name of the generation. */
  private readonly subjects = new Map<string, Set<string>>();

  constructor(private readonly plan: IndexedPlan) {
    for (const stated of plan.stated.values())
      for (const name of namesIn(stated)) {
        const known = this.subjects.get(name) ?? new Set();
        this.subjects.set(name, known.add(this.subjectOf(stated, name) ?? stated.resource.urn));
      }
  }

  /** @param generation its name in the component that states it. */
  of(stated: Stated, generation: string): string {
    const isAmbiguous = (this.subjects.get(generation)?.size ?? 0) > 1;
    if (!isAmbiguous || stated.resource.type === AUTHORITY) return generation;
    const subject = this.subjectOf(stated, generation);
    return subject === undefined ? generation : `${generation} (${subject})`;
  }

  private subjectOf({ resource, before, after }: Stated, generation: string): string | undefined {
    const made = generationsMadeBy(this.plan, resource).get(generation);
    const pem =
      after?.authority?.generations[generation]?.certificate ??
      before?.authority?.generations[generation]?.certificate ??
      made?.before?.outputs.certPem;
    return certificateIn(pem)?.subject.text;
  }
}

function namesIn({ before, after }: Stated): string[] {
  return [before, after].flatMap((facts) => Object.keys(facts?.authority?.generations ?? {}));
}
