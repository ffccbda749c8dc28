import { z } from "zod";
import { keyNames } from "../../config/certificate-fields";
import { waitingChecks, type Check } from "../../verify/check";
import type { CommandSystem, StackLinks } from "../../verify/system";
import { exchange } from "./enroll/exchange";
import { hasReleases, mergeSubstra, readSubstra, type SubstraOutputs } from "./outputs";
import type { SubstraSettings } from "./settings";
import { substra as configured } from "./system";
import { verifySubstra } from "./verify";

const organizations = recordOf(
  z.object({
    signedBy: z.object({ stack: z.string().optional() }).optional().catch(undefined),
    certificate: z
      .object({ keys: z.array(z.string()).optional(), key: z.unknown().optional() })
      .optional()
      .catch(undefined),
  }),
);

const enrollments = recordOf(
  z.object({ request: z.object({ stack: z.string().optional() }).optional().catch(undefined) }),
);

const outputs = z.object({
  requests: z
    .object({ organizations: z.record(z.string(), z.object({ key: z.string() }).partial()) })
    .optional()
    .catch(undefined),
});

function recordOf<S extends z.ZodType>(each: S) {
  return z.record(z.string(), each.optional().catch(undefined)).catch({});
}

/** Links of a consortium's stack and the stacks of its organizations. */
const links: StackLinks = {
  signed: (config) =>
    Object.entries(organizations.parse(config["countersign:organizations"])).flatMap(
      ([party, { signedBy, certificate } = {}]) =>
        signedBy === undefined
          ? []
          : [{ party, signer: signedBy.stack, key: keyNames(certificate ?? {}).at(-1) ?? "" }],
    ),
  requestsFrom: (config) =>
    Object.values(enrollments.parse(config["countersign:enrollments"])).flatMap(
      (enrollment) => enrollment?.request?.stack ?? [],
    ),
  published: (content) => {
    const published = outputs.parse(content).requests?.organizations ?? {};
    return new Map(
      Object.entries(published).flatMap(([party, { key }]) =>
        key === undefined ? [] : [[party, key] as const],
      ),
    );
  },
};

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
