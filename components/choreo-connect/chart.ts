import type { ChartContract } from "../kubernetes/helm";
import type { Part } from "./gateway";

/**
 * The chart whose values we set: `wso2/choreo-connect`, unchanged since 2023-09. Versions from 1.1.0-7 on honour `mountAs`, but
 * those before 1.2.0-1 have an adapter that is told of the pair for tokens in another way.
 */
export const CHART: ChartContract = { name: "choreo-connect", since: "1.2.0-1" };

/** Where WSO2 publishes it, and the version that we try. */
export const PUBLISHED_CHART = {
  repository: "https://helm.wso2.com",
  name: CHART.name,
  version: "1.2.0-2",
} as const;

/** The name that the chart gives its objects (`choreo-connect.fullname`; this and what follows: chart 1.2.0-2, templates). */
export function fullName(releaseName: string): string {
  const name = releaseName.includes(CHART.name) ? releaseName : `${releaseName}-${CHART.name}`;
  return name.slice(0, 63).replace(/-$/, "");
}

/** With a longer one, the chart cuts the ends off the names of its objects, and gives two of them one name. */
export const LONGEST_FULL_NAME = 63 - "-enforcer-grpc-probe-script".length;

/** The Deployment with a part's pods. Router and enforcer are in one pod. */
export function deploymentOf(full: string, part: Part): string {
  return `${full}-${part === "adapter" ? part : "gateway-runtime"}`;
}

/** The Service and the Ingress of a part; the enforcer has none, and the adapter an Ingress without an API Manager only. */
export function serviceOf(full: string, part: "router" | "adapter"): string {
  return `${full}-${part}`;
}

/** A part's container. */
export function containerOf(part: Part): string {
  return `choreo-connect-${part}`;
}

/** The ConfigMap with the adapter's configuration, and its key. */
export function configTomlOf(full: string): string {
  return `${full}-adapter-config-toml`;
}
export const CONFIG_TOML_KEY = "config.toml";

/** Secrets that the chart makes for what is not set. Everybody can download what is in them, private keys included. */
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
 * What the chart sets of itself in `wso2.deployment.adapter.envOverride`. A list of values takes the place of the chart's, so
 * whoever adds a variable repeats these. The password is WSO2's published one.
 */
export const CHART_VARIABLES = [
  { name: "cp_admin_pwd", value: "admin" },
  { name: "adapter_admin_pwd", value: "admin" },
] as const;
