/** The domain of a cluster whose installer chose no other. */
export const CLUSTER_DOMAIN = "cluster.local";

/** The names by which a Service is dialled inside its cluster, shortest first. */
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

/** The whole name of a Service, which every pod of its cluster resolves. */
export function fullServiceName(
  service: string,
  namespace: string,
  clusterDomain = CLUSTER_DOMAIN,
): string {
  return `${service}.${namespace}.svc.${clusterDomain}`;
}
