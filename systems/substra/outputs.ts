import { z } from "zod";
import { CannotCheck } from "../../command/failure";
import {
  bothHave,
  partOf,
  release,
  waitingIn,
  type ReleaseRef,
  type StackDocument,
} from "../../command/stack-outputs";
import { readDocument } from "../../enrollment/documents";
import type { Found } from "../../verify/system";
import { quote } from "../../x509";
import { ADMISSION_FORM, type AdmissionsDocument } from "./admission";

/** An MSP ID, which an organization of another stack may have chosen and which is printed as it is. */
const mspId = z.string().regex(/^\P{C}{1,64}$/u);

const outputs = z.object({
  releases: z
    .object({
      orchestrator: release.optional(),
      organizations: z.record(mspId, release).default({}),
    })
    .default({ organizations: {} }),
  admissions: z.unknown().optional(),
});

/** Outputs of one or more stacks about a Substra consortium. */
export interface SubstraOutputs {
  readonly orchestrator: ReleaseRef | undefined;
  /** Releases by MSP ID. */
  readonly organizations: ReadonlyMap<string, ReleaseRef>;
  /** Document that the orchestrator's stack publishes for organizations of other stacks. */
  readonly admissions: AdmissionsDocument | undefined;
  /** Reasons why an organization waits for a certificate, by MSP ID; both sides may have one. */
  readonly waiting: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a stack's outputs about its part of a consortium.
 *
 * @throws CannotCheck if these are not the outputs of a deployed stack.
 */
export function readSubstra(document: StackDocument): SubstraOutputs | undefined {
  const { releases, admissions: published } = partOf(outputs, document);
  const { orchestrator, organizations } = releases;
  // Parties of other systems have names with several words.
  const waiting = [...waitingIn(document)].filter(([party]) => !party.includes(" "));
  const found = {
    orchestrator,
    organizations: new Map(Object.entries(organizations)),
    admissions: readAdmissions(published, document.origin),
    waiting: new Map(waiting.map(([party, reason]) => [party, [reason]])),
  };
  const isEmpty = !hasReleases(found) && found.admissions === undefined && waiting.length === 0;
  return isEmpty ? undefined : found;
}

function readAdmissions(content: unknown, origin: string): AdmissionsDocument | undefined {
  if (content === undefined) return undefined;
  const document = readDocument(ADMISSION_FORM.admissions, content, origin);
  if (document.kind === "missing") throw new CannotCheck(document.reason);
  for (const party of Object.keys(document.value.organizations)) {
    if (mspId.safeParse(party).success) continue;
    throw new CannotCheck(
      `${origin} publishes an admission for ${quote(party)}, which is not an MSP ID`,
    );
  }
  return document.value;
}

/** Merges the outputs of several stacks. @throws CannotCheck if two stacks claim to have deployed the same party. */
export function mergeSubstra(found: readonly Found<SubstraOutputs>[]): SubstraOutputs {
  const owners = new Map<string, string>();
  const claim = (what: string, origin: string) => {
    const owner = owners.get(what);
    if (owner !== undefined) throw bothHave(what, [owner, origin], "consortium");
    owners.set(what, origin);
  };
  const organizations = new Map<string, ReleaseRef>();
  const waiting = new Map<string, readonly string[]>();
  for (const { origin, outputs: stack } of found) {
    if (stack.orchestrator !== undefined) claim("an orchestrator", origin);
    if (stack.admissions !== undefined) claim("admissions", origin);
    for (const [mspId, ref] of stack.organizations) {
      claim(`a release of ${mspId}`, origin);
      organizations.set(mspId, ref);
    }
    for (const [mspId, reasons] of stack.waiting)
      waiting.set(mspId, [...(waiting.get(mspId) ?? []), ...reasons]);
  }
  const all = found.map((each) => each.outputs);
  return {
    orchestrator: all.find(({ orchestrator }) => orchestrator)?.orchestrator,
    organizations,
    admissions: all.find(({ admissions: published }) => published)?.admissions,
    waiting,
  };
}

/** Whether any of it is in the cluster. */
export function hasReleases({
  orchestrator,
  organizations,
}: Pick<SubstraOutputs, "orchestrator" | "organizations">): boolean {
  return orchestrator !== undefined || organizations.size > 0;
}
