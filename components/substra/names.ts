import type { HostNames } from "../../x509";
import { CLUSTER_DOMAIN, fullServiceName, serviceDnsNames } from "../kubernetes/service-names";

/**
 * Name of the orchestrator as a party, and the O of its certificate. The space prevents it from being an MSP ID: the
 * certificate is also valid for clients, and must not act for an organization.
 */
export const ORCHESTRATOR_PARTY = "Substra orchestrator";

/** The gRPC port of the orchestrator's Service, which the chart's container and network policies require (8.8.0). */
const ORCHESTRATOR_PORT = 9000;

/** The port of a passthrough ingress. */
const INGRESS_PORT = 443;

/** The name that the orchestrator chart gives its Deployment and Service. */
function orchestratorServiceName(releaseName: string): string {
  return orchestratorName(releaseName, "server");
}

/** The name, truncated to a DNS label as the orchestrator chart does. */
function orchestratorName(releaseName: string, part: "server" | "migrations"): string {
  const name = releaseName.includes("orchestrator")
    ? `${releaseName}-${part}`
    : `${releaseName}-orchestrator-${part}`;
  return name.slice(0, 63).replace(/-$/, "");
}

/**
 * Labels of the orchestrator's pods that use its database (chart orchestrator 8.7.0 to 8.8.0,
 * `templates/_helpers.tpl`). Only the name of their Job, which Kubernetes adds as a label, ties the pods of its
 * migrations to the release.
 */
export function orchestratorDatabaseClients(releaseName: string) {
  return {
    server: {
      "app.kubernetes.io/instance": releaseName,
      "app.kubernetes.io/name": "orchestrator",
      "app.kubernetes.io/component": "server",
    },
    migrations: { "job-name": orchestratorName(releaseName, "migrations") },
  };
}

/** Labels of a backend's pods that use its database (chart substra-backend 26.6.0 to 26.15.3, `templates/networkpolicy-database.yaml`). */
export const BACKEND_DATABASE_CLIENTS = {
  backend: { "app.kubernetes.io/part-of": "substra-backend", "role-database-client": "true" },
};

interface OrchestratorNames {
  readonly releaseName: string;
  readonly namespace: string;
  /** Host name of the ingress, which the chart's probes then dial too. */
  readonly hostname?: string | undefined;
  /** Additional names that clients dial. */
  readonly dnsNames?: readonly string[] | undefined;
  /** IP addresses that clients dial. */
  readonly ipAddresses?: readonly string[] | undefined;
  /** The cluster's domain. @default "cluster.local" */
  readonly clusterDomain?: string | undefined;
}

/**
 * All DNS names that ingress, probes and backends in the same cluster dial: the SANs of the server's certificate.
 *
 * Without an ingress, the chart's probes check the name in cluster.local, whatever the cluster's domain is
 * (templates/deployment.yaml, charts 5.0.0 to 8.8.0).
 */
export function orchestratorDnsNames(names: OrchestratorNames): string[] {
  const service = orchestratorServiceName(names.releaseName);
  const { namespace, clusterDomain } = names;
  return [
    ...new Set([
      ...(names.hostname === undefined ? [] : [names.hostname]),
      ...serviceDnsNames(service, namespace, clusterDomain),
      fullServiceName(service, namespace, CLUSTER_DOMAIN),
      ...(names.dnsNames ?? []),
    ]),
  ];
}

/** All names and addresses at which the orchestrator is dialled: all SANs of its certificate. */
export function orchestratorHosts(names: OrchestratorNames): HostNames {
  return { dnsNames: orchestratorDnsNames(names), ipAddresses: names.ipAddresses ?? [] };
}

/** Host and port at which a client reaches the orchestrator. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The endpoint for backends in the same cluster. */
export function internalEndpoint(names: OrchestratorNames): Endpoint {
  const service = orchestratorServiceName(names.releaseName);
  return {
    host: fullServiceName(service, names.namespace, names.clusterDomain),
    port: ORCHESTRATOR_PORT,
  };
}

/** The endpoint for backends in other clusters: the passthrough ingress, if there is one. */
export function externalEndpoint({ hostname }: OrchestratorNames): Endpoint | undefined {
  return hostname === undefined ? undefined : { host: hostname, port: INGRESS_PORT };
}

/**
 * The CN of a backend's certificate: its host, as in Substra's guides. It is for people; nothing depends on it.
 *
 * A CN holds at most 64 characters (RFC 5280, appendix A.1), while host names can be longer.
 */
export function backendCommonName(mspId: string, hostname: string): string {
  return hostname.length <= 64 ? hostname : mspId;
}
