import type { Sections } from "./stack";

/** Returns the MSP IDs of as many organizations. */
export function members(count: number): string[] {
  return Array.from({ length: count }, (_, position) => `Member${position + 1}MSP`);
}

/**
 * Returns the consortium of Pulumi.dev.yaml with names that are unique to a test, so that tests can share a cluster.
 *
 * @param prefix prefix of every namespace.
 */
export function consortium(prefix: string, mspIds: readonly string[] = ["MyOrg1MSP", "MyOrg2MSP"]) {
  const organization = (position: number) => ({
    namespace: `${prefix}-org-${position + 1}`,
    hostname: `substra.org-${position + 1}.example`,
    chart: { path: "charts/substra-backend" },
  });
  return {
    authority: {
      subject: { commonName: "Test CA", organization: "Test consortium" },
      generations: { g1: { state: "signing", validity: "10y" } } as Record<string, object>,
    },
    orchestrator: {
      namespace: `${prefix}-orchestrator`,
      hostname: "orchestrator.test.example",
      channels: { mychannel: { organizations: [...mspIds] } },
      chart: { path: "charts/orchestrator" },
    },
    organizations: Object.fromEntries(
      mspIds.map((mspId, position) => [mspId, organization(position)]),
    ),
  } satisfies Sections;
}
