import { z } from "zod";
import { ORCHESTRATOR_GUARDS } from "../../components/substra/charts";
import { readCertificate } from "../../x509";
import { about } from "../../config/about";
import { databaseAbout, orchestratorDatabase } from "./database";
import {
  NO_INGRESS,
  hostNameWithout,
  ipAddress,
  label,
  releaseLabel,
  section,
  text,
} from "../../config/fields";
import { chart, release, values } from "../../config/helm-release";
import { leaf } from "../../config/certificate-fields";

/** Repository of Substra's charts. */
export const REPOSITORY = "https://substra.github.io/charts";

/**
 * Certificate of the server, whose key cannot be Ed25519. The backends' gRPC library (grpcio 1.57.0 and 1.85.1, on
 * BoringSSL) does not offer Ed25519, so its handshake with such a server fails, while the orchestrator's own probe
 * succeeds. Clients and CAs may have Ed25519 keys.
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
      "is for an Ed25519 key, with which no backend could connect (its gRPC library refuses servers with such a key); remove it and its key to have new ones created",
  });

function isEd25519(certificate: string): boolean {
  return readCertificate(certificate).keyAlgorithm === "Ed25519";
}

/** A DNS name. A certificate has IP addresses in a different field (RFC 5280 section 4.2.1.6). */
const dnsName = hostNameWithout(", an IP address; write it under orchestrator.ipAddresses");

const hostname = hostNameWithout(
  `${NO_INGRESS}; leave hostname out, and list the address under orchestrator.ipAddresses if clients dial it`,
);

/** The Substra orchestrator that this stack runs. */
export const orchestrator = section({
  ...release,
  certificate: serverLeaf.meta(about("The server's certificate; its key cannot be Ed25519")),
  namespace: label.default("orchestrator").meta(about("Namespace of the orchestrator", "substra")),
  releaseName: releaseLabel.default("orchestrator").meta(about("Name of the Helm release", "main")),
  hostname: hostname
    .optional()
    .meta(about("Host of its passthrough ingress", "orchestrator.example.org", "no ingress")),
  dnsNames: z
    .array(dnsName)
    .default([])
    .meta(about("Further names in the server's certificate", ["vpn.example.org"])),
  ipAddresses: z
    .array(ipAddress)
    .prefault([])
    .meta(about("IP addresses by which clients dial it without a name", ["192.0.2.7"])),
  ingressClassName: label.default("nginx").meta(about("Class of the ingress", "traefik")),
  channels: z
    .record(
      z.string().regex(/^[a-z\d][a-z\d.-]{0,62}$/, {
        error: () =>
          "name channels with 1 to 63 lower-case letters, digits, dots and hyphens, starting with a letter or digit",
      }),
      section({
        organizations: z
          .array(text("MSP ID"))
          .min(1)
          .meta(about("MSP IDs of the channel's members", ["MyOrg1MSP", "MyOrg2MSP"])),
      }),
    )
    .refine((channels) => Object.keys(channels).length > 0, {
      error: "needs at least one channel: an organization in no channel is refused",
    })
    .meta({ ...about("The channels, by name"), minProperties: 1 }),
  database: orchestratorDatabase.optional().meta(databaseAbout),
  chart: chart({ repository: REPOSITORY, name: "orchestrator", version: "8.8.0" }),
  values: values(ORCHESTRATOR_GUARDS),
});

export type OrchestratorConfig = z.output<typeof orchestrator>;
