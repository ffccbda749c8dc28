import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type { CustomResourceOptions, Input } from "@pulumi/pulumi";
import lt from "semver/functions/lt";
import type { SubstraChart } from "./charts";

/** Labels of pods, by a name for their network policy. */
export type PodsByName = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface EgressArgs {
  readonly namespace: Input<string>;
  readonly chart: SubstraChart;
  /** Version of the chart. */
  readonly version: string;
  readonly clients: PodsByName;
  readonly port: number;
}

/**
 * Lets pods reach an external database, since the chart's network policies admit only the bundled one. No policy is
 * created for charts without network policies, as it would cut the pods off from everything else.
 */
export function allowEgress(
  name: string,
  { namespace, chart, version, clients, port }: EgressArgs,
  options: CustomResourceOptions,
): void {
  if (lt(version, chart.networkPoliciesSince)) return;
  for (const [client, matchLabels] of Object.entries(clients)) {
    new NetworkPolicy(
      `${name}-${client}`,
      {
        metadata: { namespace },
        spec: {
          podSelector: { matchLabels },
          policyTypes: ["Egress"],
          // A host name may resolve to any address, so the port is the only restriction.
          egress: [{ ports: [{ protocol: "TCP", port }] }],
        },
      },
      options,
    );
  }
}
