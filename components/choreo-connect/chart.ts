import type { ChartContract } from "../kubernetes/helm/chart";
import type { Part } from "./party";

/**
 * The chart whose values are set: `wso2/choreo-connect`, unchanged since 2023-09. Versions from 1.1.0-7 on support
 * `mountAs`, but before 1.2.0-1 the adapter is told of the pair for tokens in another way.
 */
export const CHART: ChartContract = { name: "choreo-connect", since: "1.2.0-1" };

/** The repository in which WSO2 publishes it, and the version that is tested. */
export const PUBLISHED_CHART = {
  repository: "https://helm.wso2.com",
  name: CHART.name,
  version: "1.2.0-2",
} as const;

/**
 * Returns the name that the chart gives its objects (`choreo-connect.fullname`; this and the following: chart 1.2.0-2,
 * templates).
 */
export function fullName(releaseName: string): string {
  const name = releaseName.includes(CHART.name) ? releaseName : `${releaseName}-${CHART.name}`;
  return name.slice(0, 63).replace(/-$/, "");
}

/**
 * Longest such name. With a longer one, the chart truncates the names of its objects, and gives two of them the same
 * name.
 */
export const LONGEST_FULL_NAME = 63 - "-enforcer-grpc-probe-script".length;

/**
 * Returns the Service and the Ingress of a part. The enforcer has none, and the adapter has an Ingress only without an
 * API Manager.
 */
export function serviceOf(full: string, part: "router" | "adapter"): string {
  return `${full}-${part}`;
}

/** Returns a part's container. */
export function containerOf(part: Part): string {
  return `choreo-connect-${part}`;
}

/**
 * Returns the Secrets that the chart creates for unset values. Anyone can download their content, including private
 * keys.
 */
export function defaultSecretsOf(full: string): readonly string[] {
  return [
    `${full}-adapter-default-keystore`,
    `${full}-adapter-default-truststore`,
    `${full}-default-ingress-tls`,
    `${full}-enforcer-default-keystore`,
    `${full}-enforcer-default-truststore`,
    `${full}-router-default-keystore`,
  ];
}

/**
 * Variables that the chart sets by default in `wso2.deployment.adapter.envOverride`. A list in the values replaces the
 * chart's, so whoever adds a variable repeats these. The password is the one that WSO2 publishes.
 */
export const CHART_VARIABLES = [
  { name: "cp_admin_pwd", value: "admin" },
  { name: "adapter_admin_pwd", value: "admin" },
] as const;
