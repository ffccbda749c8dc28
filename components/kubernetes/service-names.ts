/** The default domain of a cluster. */
export const CLUSTER_DOMAIN = "cluster.local";

/** DNS names of a Service inside its cluster, shortest first. */
export function serviceDnsNames(
  service: string,
  namespace: string,
  clusterDomain = CLUSTER_DOMAIN,
): string[] {
  return [
    service,
    `${service}.${namespace}`,
    `${service}.${namespace}.svc`,
    fullServiceName(service, namespace, clusterDomain),
  ];
}

/** The full DNS name of a Service, which every pod of its cluster resolves. */
export function fullServiceName(
  service: string,
  namespace: string,
  clusterDomain = CLUSTER_DOMAIN,
): string {
  return `${service}.${namespace}.svc.${clusterDomain}`;
}
