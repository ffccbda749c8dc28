import { z } from "zod";
import {
  BACKEND_GUARDS,
  ORCHESTRATOR_GUARDS,
  guardedOverrides,
} from "../components/substra/chart-values";
import type { ChartValues, GuardedValue } from "../components/substra/chart-values";
import { chart, chartValues, hostName, label, leaf, releaseLabel, section } from "./fields";

const REPOSITORY = "https://substra.github.io/charts";

const release = {
  createNamespace: z.boolean().default(true),
  certificate: leaf,
  timeout: z.int().min(1).max(7200).default(600),
};

/** Merged over ours, unless it would undo the wiring. */
function values(guards: readonly GuardedValue[]) {
  return chartValues.superRefine((overrides: ChartValues, context) => {
    for (const { path, message } of guardedOverrides(overrides, guards)) {
      context.addIssue({ code: "custom", path: path.split("."), message });
    }
  });
}

/**
 * The backends' gRPC library (grpcio 1.57.0 and 1.85.1, on BoringSSL) offers no Ed25519 to a server and so has no
 * handshake with such a one, while the orchestrator's own probe stays green. Clients and CAs may have Ed25519 keys.
 */
const serverLeaf = leaf.refine(({ algorithm }) => algorithm !== "Ed25519", {
  path: ["algorithm"],
  error:
    'found "Ed25519", with which no backend could connect (its gRPC library refuses servers with such a key); use ECDSA-P256',
});

/** The Substra orchestrator that this stack runs. */
export const orchestrator = section({
  ...release,
  certificate: serverLeaf,
  namespace: label.default("orchestrator"),
  releaseName: releaseLabel.default("orchestrator"),
  hostname: hostName.optional(),
  dnsNames: z.array(hostName).default([]),
  ingressClassName: label.default("nginx"),
  channels: z
    .record(
      z.string().regex(/^[a-z\d][a-z\d.-]{0,62}$/, {
        error: () =>
          "name channels with 1 to 63 small letters, digits, dots and hyphens, no dot or hyphen first",
      }),
      section({ organizations: z.array(z.string()).min(1) }),
    )
    .refine((channels) => Object.keys(channels).length > 0, {
      error: "needs at least one channel: an organization in no channel is refused",
    }),
  chart: chart({ repository: REPOSITORY, name: "orchestrator", version: "8.8.0" }),
  values: values(ORCHESTRATOR_GUARDS),
});

const channelSettings = section({
  restricted: z.boolean().default(false),
  modelExportEnabled: z.boolean().default(false),
});

/** One organization of the consortium whose backend this stack runs. */
export const organization = section({
  ...release,
  namespace: label.optional(),
  releaseName: releaseLabel.optional(),
  /** The backend's own address, which it registers with the orchestrator. */
  hostname: hostName,
  organizationName: z.string().min(1).optional(),
  /** How this backend reaches the orchestrator. */
  orchestrator: section({
    sameCluster: z.boolean().default(true),
    host: hostName.optional(),
    port: z.int().min(1).max(65535).optional(),
  }).prefault({}),
  /** Settings of the channels that it is a member of. */
  channels: z.record(z.string(), channelSettings).default({}),
  chart: chart({ repository: REPOSITORY, name: "substra-backend", version: "26.15.3" }),
  values: values(BACKEND_GUARDS),
});

export const organizations = z.record(z.string(), organization);

export type OrchestratorConfig = z.output<typeof orchestrator>;
export type OrganizationConfig = z.output<typeof organization>;
