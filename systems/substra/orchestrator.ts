import { z } from "zod";
import { ORCHESTRATOR_GUARDS } from "../../components/substra/guards";
import { readCertificate } from "../../x509";
import { orchestratorDatabase } from "./database";
import {
  chart,
  NO_INGRESS,
  hostNameWithout,
  ipAddress,
  label,
  leaf,
  releaseLabel,
  section,
} from "../../config/fields";
import { release, values } from "../../config/helm-release";

/** Where the charts of Substra are published. */
export const REPOSITORY = "https://substra.github.io/charts";

/**
 * The backends' gRPC library (grpcio 1.57.0 and 1.85.1, on BoringSSL) offers no Ed25519 to a server and so has no
 * handshake with such a one, while the orchestrator's own probe stays green. Clients and CAs may have Ed25519 keys.
 */
const serverLeaf = leaf
  .refine(({ algorithm }) => algorithm !== "Ed25519", {
    path: ["algorithm"],
    error:
      'found "Ed25519", with which no backend could connect (its gRPC library refuses servers with such a key); use ECDSA-P256',
  })
  .refine(({ existing }) => !existing || !isEd25519(existing.certificate), {
    path: ["existing"],
    error:
      "is for an Ed25519 key, with which no backend could connect (its gRPC library refuses servers with such a key); remove it and its key to have others made",
  });

function isEd25519(certificate: string): boolean {
  return readCertificate(certificate).keyAlgorithm === "Ed25519";
}

/** A certificate names addresses in another field than names (RFC 5280 section 4.2.1.6). */
const dnsName = hostNameWithout(", an IP address; write it under orchestrator.ipAddresses");

const hostname = hostNameWithout(
  `${NO_INGRESS}; leave hostname out, and list the address under orchestrator.ipAddresses if clients dial it`,
);

/** The Substra orchestrator that this stack runs. */
export const orchestrator = section({
  ...release,
  certificate: serverLeaf,
  namespace: label.default("orchestrator"),
  releaseName: releaseLabel.default("orchestrator"),
  hostname: hostname.optional(),
  dnsNames: z.array(dnsName).default([]),
  /** Addresses by which clients dial it without a name. */
  ipAddresses: z.array(ipAddress).default([]),
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
  database: orchestratorDatabase.optional(),
  chart: chart({ repository: REPOSITORY, name: "orchestrator", version: "8.8.0" }),
  values: values(ORCHESTRATOR_GUARDS),
});

export type OrchestratorConfig = z.output<typeof orchestrator>;
