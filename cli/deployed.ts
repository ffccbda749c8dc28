import type { AdmissionsDocument } from "../enrollment/documents";
import { usesCluster } from "../systems/choreo-connect/export/stack";
import { concurrently } from "../command/concurrently";
import { CannotCheck } from "../command/failure";
import {
  readStackOutputs,
  type ChoreoConnectSource,
  type ChoreoStack,
  type OutputSource,
  type ReleaseRef,
  type SpinnakerStack,
  type StackOutputs,
} from "../command/stack-outputs";

/** The Pulumi CLI takes about a second of a core for each. */
const SOURCES_AT_ONCE = 4;

/** What one or more stacks say they deployed. */
export interface Deployed {
  readonly orchestrator: ReleaseRef | undefined;
  /** By MSP ID. */
  readonly organizations: ReadonlyMap<string, ReleaseRef>;
  /** What the orchestrator's stack publishes for organizations of other stacks. */
  readonly admissions: AdmissionsDocument | undefined;
  /** By MSP ID, why an organization waits for a certificate, to which both sides may have a reason; or by another party. */
  readonly waiting: ReadonlyMap<string, readonly string[]>;
  readonly spinnaker: SpinnakerStack | undefined;
  readonly choreo: ChoreoStack | undefined;
  readonly choreoConnect: ChoreoConnectSource | undefined;
}

/**
 * Reads what several stacks deployed, as if one had deployed it.
 *
 * @param sources none for the selected stack.
 * @throws CannotCheck if one cannot be read, or two claim to have deployed the same party.
 */
export async function readDeployed(sources: readonly OutputSource[]): Promise<Deployed> {
  const all: readonly OutputSource[] =
    sources.length > 0 ? sources : [{ kind: "stack", name: undefined }];
  return merge(await concurrently(all, SOURCES_AT_ONCE, readStackOutputs));
}

/** @throws CannotCheck if two of them claim to have deployed the same party. */
export function merge(outputs: readonly StackOutputs[]): Deployed {
  const owners = new Map<string, string>();
  const claim = (what: string, { origin }: StackOutputs) => {
    const owner = owners.get(what);
    if (owner !== undefined) {
      throw new CannotCheck(
        `both ${owner} and ${origin} have ${what}: give the sources of one consortium, each once`,
      );
    }
    owners.set(what, origin);
  };
  const organizations = new Map<string, ReleaseRef>();
  const waiting = new Map<string, string[]>();
  for (const stack of outputs) {
    if (stack.orchestrator !== undefined) claim("an orchestrator", stack);
    if (stack.admissions !== undefined) claim("admissions", stack);
    if (stack.spinnaker !== undefined) claim("a Spinnaker", stack);
    if (stack.choreo !== undefined) claim("a Choreo project", stack);
    if (stack.choreoConnect !== undefined) claim("a Choreo Connect", stack);
    for (const [mspId, release] of stack.organizations) {
      claim(`a release of ${mspId}`, stack);
      organizations.set(mspId, release);
    }
    for (const [mspId, reason] of stack.waiting) {
      waiting.set(mspId, [...(waiting.get(mspId) ?? []), reason]);
    }
  }
  return {
    orchestrator: outputs.find(({ orchestrator }) => orchestrator)?.orchestrator,
    organizations,
    admissions: outputs.find(({ admissions }) => admissions)?.admissions,
    waiting,
    spinnaker: outputs.find(({ spinnaker }) => spinnaker)?.spinnaker,
    choreo: outputs.find(({ choreo }) => choreo)?.choreo,
    choreoConnect: outputs.find(({ choreoConnect }) => choreoConnect)?.choreoConnect,
  };
}

/** Whether there is anything of Substra in the cluster. */
export function hasReleases({ orchestrator, organizations }: Deployed): boolean {
  return orchestrator !== undefined || organizations.size > 0;
}

/** Whether there is anything to read in a cluster. */
export function isInCluster(deployed: Deployed): boolean {
  const { spinnaker, choreo, choreoConnect } = deployed;
  return (
    hasReleases(deployed) ||
    spinnaker !== undefined ||
    choreo?.choreo.target.kind === "openchoreo" ||
    (choreoConnect !== undefined && usesCluster(choreoConnect))
  );
}

/** Whether there is anything besides those that wait. */
export function isDeployed(deployed: Deployed): boolean {
  const { choreo, choreoConnect } = deployed;
  return isInCluster(deployed) || choreo !== undefined || choreoConnect !== undefined;
}
