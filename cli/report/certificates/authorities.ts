import { generationId } from "../../../facts";
import { isSelfIssued } from "../../../x509";
import type { ConfigLines } from "../config-lines";
import type { CertificateChange, CertificateOperation, Reason } from "../model";
import type { PlannedResource } from "../plan";
import { dependencyOf, generationsMadeBy, type IndexedPlan, type Stated } from "../plan-index";
import { UNKNOWN } from "../value";
import {
  algorithmOf,
  certificateIn,
  hasChanged,
  hoursOf,
  isPresent,
  saysOfSide,
  subjectOf,
  validityOf,
  type Present,
  type Side,
} from "./content";
import { AUTHORITY } from "./generation-names";

/** A generation of a CA that this stack owns, before and after. */
export interface OwnGeneration {
  readonly id: string;
  readonly name: string;
  readonly before: Present | undefined;
  readonly after: Side | undefined;
}

/** The generations of the CAs that this stack owns, sorted by name. */
export function ownGenerations(plan: IndexedPlan): OwnGeneration[] {
  return [...plan.stated.values()]
    .filter(({ resource }) => resource.type === AUTHORITY)
    .flatMap((stated) => generationsOf(plan, stated));
}

function generationsOf(plan: IndexedPlan, { resource, before, after }: Stated): OwnGeneration[] {
  const [was, is] = [before?.authority?.generations ?? {}, after?.authority?.generations ?? {}];
  const made = generationsMadeBy(plan, resource);
  // Components that an earlier version deployed state no facts.
  const names = [...new Set([...Object.keys(was), ...Object.keys(is), ...made.keys()])].sort();
  return names.map((name) => {
    const child = made.get(name);
    return {
      id: generationId(resource.name, name),
      name,
      before: presentIn(was[name]?.certificate ?? child?.before?.outputs.certPem),
      after: presentIn(is[name]?.certificate) ?? (child && madeBy(plan, child)),
    };
  });
}

function presentIn(pem: unknown): Present | undefined {
  const certificate = certificateIn(pem);
  return certificate && { certificate };
}

function madeBy(plan: IndexedPlan, made: PlannedResource): Side | undefined {
  if (made.after === undefined) return undefined;
  if (made.operation !== "create" && made.operation !== "replace") {
    return presentIn(made.before?.outputs.certPem);
  }
  const { subject, validityPeriodHours } = made.after.inputs;
  const key = dependencyOf(plan, made, "after", "privateKeyPem", "PrivateKey");
  return {
    says: {
      subject: subjectOf(subject),
      names: [],
      keyAlgorithm: algorithmOf(key?.after?.inputs ?? {}),
      publicKey: UNKNOWN,
    },
    hours: hoursOf(validityPeriodHours),
  };
}

/** The CA generations of this stack that are created, changed or dropped. */
export function authorityChanges(
  generations: readonly OwnGeneration[],
  lines: ConfigLines,
): CertificateChange[] {
  return generations
    .filter(({ before, after }) => hasChanged(before, after))
    .map((generation) => changeOf(generation, lines));
}

function changeOf(generation: OwnGeneration, lines: ConfigLines): CertificateChange {
  const { id, name, before, after } = generation;
  const [said, says] = [before && saysOfSide(before), after && saysOfSide(after)];
  return {
    operation: operationOf(generation),
    kind: "authority",
    owner: `CA generation ${name}`,
    name: id,
    subject: says?.subject ?? said?.subject ?? UNKNOWN,
    names: { kept: [], added: [], removed: [] },
    key: { before: said?.keyAlgorithm, after: says?.keyAlgorithm },
    issuer: { before: before && issuerOf(name, before), after: after && issuerOf(name, after) },
    expires: before?.certificate.notAfter.toISOString(),
    validity: validityOf(after),
    fingerprint: before?.certificate.fingerprint,
    reasons: [reasonOf(generation, lines)],
  };
}

/** A root is its own issuer; the issuer of a CA below a root is the CA above it. */
function issuerOf(name: string, side: Side): string {
  if (!isPresent(side)) return name;
  const { certificate } = side;
  return isSelfIssued(certificate) ? name : certificate.issuer.text;
}

function operationOf({ before, after }: OwnGeneration): CertificateOperation {
  if (after === undefined) return "withdrawn";
  return before === undefined ? "issued" : "replaced";
}

function reasonOf({ name, before, after }: OwnGeneration, lines: ConfigLines): Reason {
  const source = lines.at(["authority", "generations", name]);
  if (before === undefined) return { code: "first", text: "the generation is new", source };
  if (after === undefined) {
    const all = lines.at(["authority", "generations"]);
    return { code: "removed", text: "it was removed from the generations", source: all };
  }
  return { code: "unknown", text: "it has another certificate", source };
}
