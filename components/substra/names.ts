import type { HostNames } from "../../x509";
import { CLUSTER_DOMAIN, fullServiceName, serviceDnsNames } from "../kubernetes/service-names";

/**
 * What the orchestrator is called as a party, and O of its certificate. The space makes it no MSP ID: the certificate is
 * good for a client too, and must not be able to speak for an organization.
 */
export const ORCHESTRATOR_PARTY = "Substra orchestrator";

/** The gRPC port of the orchestrator's Service, fixed by the chart's container and network policies (8.8.0). */
const ORCHESTRATOR_PORT = 9000;

/** The port of a passthrough ingress. */
const INGRESS_PORT = 443;

/** The name that the orchestrator chart gives to Deployment and Service. */
function orchestratorServiceName(releaseName: string): string {
  return orchestratorName(releaseName, "server");
}

/** Cut to a DNS label, as the orchestrator chart does. */
function orchestratorName(releaseName: string, part: "server" | "migrations"): string {
  const name = releaseName.includes("orchestrator")
    ? `${releaseName}-${part}`
    : `${releaseName}-orchestrator-${part}`;
  return name.slice(0, 63).replace(/-$/, "");
}

/**
 * Labels of the orchestrator's pods that use its database (chart orchestrator 8.7.0 to 8.8.0, `templates/_helpers.tpl`). Those
 * of its migrations bear no release's name but that of their Job, by which Kubernetes labels them.
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

export interface OrchestratorNames {
  readonly releaseName: string;
  readonly namespace: string;
  /** The host name of the ingress, which the chart's probes then dial too. */
  readonly hostname?: string | undefined;
  /** Further names that clients dial. */
  readonly dnsNames?: readonly string[] | undefined;
  /** Addresses that clients dial without a name. */
  readonly ipAddresses?: readonly string[] | undefined;
  /** @default "cluster.local" */
  readonly clusterDomain?: string | undefined;
}

/**
 * Every name that ingress, probes and same-cluster backends dial: the SANs of the server's certificate.
 *
 * Without an ingress the chart's probes check the name in cluster.local, whatever the cluster's domain is
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

/** Everything by which the orchestrator is dialled: all SANs of its certificate. */
export function orchestratorHosts(names: OrchestratorNames): HostNames {
  return { dnsNames: orchestratorDnsNames(names), ipAddresses: names.ipAddresses ?? [] };
}

/** Host and port at which a client reaches the orchestrator. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Where backends in the same cluster dial it. */
export function internalEndpoint(names: OrchestratorNames): Endpoint {
  const service = orchestratorServiceName(names.releaseName);
  return {
    host: fullServiceName(service, names.namespace, names.clusterDomain),
    port: ORCHESTRATOR_PORT,
  };
}

/** Where backends elsewhere dial it: the passthrough ingress, if there is one. */
export function externalEndpoint({ hostname }: OrchestratorNames): Endpoint | undefined {
  return hostname === undefined ? undefined : { host: hostname, port: INGRESS_PORT };
}

/**
 * The CN of a backend's certificate: its host, as in Substra's guides. It is for people; nothing decides by it.
 *
 * A CN holds 64 characters (RFC 5280, appendix A.1), a host name may hold more.
 */
export function backendCommonName(mspId: string, hostname: string): string {
  return hostname.length <= 64 ? hostname : mspId;
}
