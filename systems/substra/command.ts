import { waitingChecks, type Check } from "../../verify/check";
import type { CommandSystem } from "../../verify/system";
import { exchange } from "./enroll/exchange";
import { links } from "./links";
import { hasReleases, mergeSubstra, readSubstra, type SubstraOutputs } from "./outputs";
import type { SubstraSettings } from "./settings";
import { substra as configured } from "./system";
import { verifySubstra } from "./verify";

/** Substra for the command. */
export const substra: CommandSystem<SubstraOutputs, SubstraSettings, typeof configured.sections> = {
  ...configured,
  read: readSubstra,
  merge: mergeSubstra,
  inCluster: hasReleases,
  verify: async (outputs, { cluster, at }) => [
    ...(cluster ? await verifySubstra(cluster, outputs, at) : []),
    ...organizationsThatWait(outputs),
  ],
  titles: ({ orchestrator, organizations, admissions }) => [
    ...Object.keys(admissions?.organizations ?? {}).map(
      (party) => [party, `${party} (its stack is not among the sources)`] as const,
    ),
    ...[...organizations, ...(orchestrator ? [["orchestrator", orchestrator] as const] : [])].map(
      ([party, { name, namespace }]) =>
        [party, `${party} (release ${name} in ${namespace})`] as const,
    ),
  ],
  links,
  exchange,
  commands: [],
};

/** Returns lines about organizations that wait for a certificate. */
export function organizationsThatWait(outputs: SubstraOutputs): readonly Check[] {
  return [...outputs.waiting].flatMap(([party, reasons]) => {
    // A running organization has a certificate, and keeps it until it gets the next one.
    const which = outputs.organizations.has(party) ? "its next certificate" : "its certificate";
    const rest = hasReleases(outputs) ? "" : ", and nothing is deployed yet";
    return waitingChecks({
      party,
      what: `it waits for ${which}${rest}`,
      reasons,
      todo: "Run `pulumi up` in turn: the organization's stack creates the request, the consortium's stack signs it, and the organization's stack deploys the certificate.",
    });
  });
}
