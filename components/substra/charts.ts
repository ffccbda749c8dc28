import lt from "semver/functions/lt";
import {
  chartProblem,
  versionOfChart,
  type ChartContract,
  type ChartSource,
} from "../kubernetes/helm/chart-contract";

/** The kind of the objects that hold a CA certificate under the key `ca.crt`. */
export type CaObjectKind = "Secret" | "ConfigMap";

/** One of Substra's charts. */
export interface SubstraChart extends ChartContract {
  /** The first version that reads CA certificates from Secrets; before it they are ConfigMaps. */
  readonly caSecretsSince: string;
  /** The first version with network policies, which let its pods reach no database but the bundled one. */
  readonly networkPoliciesSince: string;
  /** The first version whose network policies admit connections between clusters. */
  readonly policiesAdmitOutsideSince: string;
}

/**
 * Before that key, the server gets the password in the chart's values.yaml, and the bundled PostgreSQL the generated one (chart
 * orchestrator 7.0.0 to 7.4.13, substra-backend 18.0.0 to 22.4.4) or the published one too (before those).
 */
const PUBLISHED_PASSWORD =
  "cannot take its database's password from a Secret (it has no database.auth.credentialsSecretName) and would use the one that it publishes";

/**
 * `database.auth.credentialsSecretName` came with 7.5.0 (`templates/_helpers.tpl`); CA Secrets with 8.6.0
 * (Substra/orchestrator#408); network policies with 8.7.0, whose server nothing but backends' pods reaches, until 8.7.1.
 */
export const ORCHESTRATOR_CHART: SubstraChart = {
  name: "orchestrator",
  since: "7.5.0",
  flawBefore: PUBLISHED_PASSWORD,
  caSecretsSince: "8.6.0",
  networkPoliciesSince: "8.7.0",
  policiesAdmitOutsideSince: "8.7.1",
};

const NO_STRATEGY =
  "renders a Deployment that the API server refuses (its strategy, in templates/deployment-server.yaml)";

/**
 * `database.auth.credentialsSecretName` came with 22.5.0 (`templates/_helpers.tpl`); CA Secrets with 26.0.0
 * (Substra/substra-backend#889); network policies with 26.6.0, until 26.6.4 for an orchestrator in the same cluster only
 * (Substra/substra-backend#913; 26.6.3 has the mend, and does not render).
 */
export const BACKEND_CHART: SubstraChart = {
  name: "substra-backend",
  since: "22.5.0",
  flawBefore: PUBLISHED_PASSWORD,
  caSecretsSince: "26.0.0",
  networkPoliciesSince: "26.6.0",
  policiesAdmitOutsideSince: "26.6.4",
  flawed: {
    "26.6.3": "does not render (templates/networkpolicy-orchestrator-client.yaml)",
    "26.10.0": NO_STRATEGY,
    "26.10.1": NO_STRATEGY,
  },
};

/** The kind of CA objects that a version of a chart reads. */
export function caObjectKind(chart: SubstraChart, version: string): CaObjectKind {
  return lt(version, chart.caSecretsSince) ? "ConfigMap" : "Secret";
}

/**
 * Checks that a chart is one that can be deployed.
 *
 * @param isOutside whether connections to or from other clusters are wanted.
 * @returns what is wrong and what is accepted, or undefined if nothing is.
 */
export function substraChartProblem(
  contract: SubstraChart,
  chart: ChartSource,
  isOutside: boolean,
): string | undefined {
  const problem = chartProblem(contract, chart);
  if (problem !== undefined || !isOutside) return problem;
  const version = versionOfChart(chart);
  const { name, networkPoliciesSince: since, policiesAdmitOutsideSince: before } = contract;
  return lt(version, since) || !lt(version, before)
    ? undefined
    : `chart ${name} ${version} has network policies that let nothing through between clusters; use ${before} or later`;
}
