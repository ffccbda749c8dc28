import lt from "semver/functions/lt";
import {
  chartProblem,
  versionOfChart,
  type ChartContract,
  type ChartSource,
} from "../kubernetes/helm/chart-contract";

/** Kind of the objects that hold a CA certificate under the key `ca.crt`. */
export type CaObjectKind = "Secret" | "ConfigMap";

/** One of Substra's charts. */
export interface SubstraChart extends ChartContract {
  /** The first version that reads CA certificates from Secrets. Earlier versions read them from ConfigMaps. */
  readonly caSecretsSince: string;
  /** The first version with network policies. They let its pods reach only the bundled database. */
  readonly networkPoliciesSince: string;
  /** The first version whose network policies admit connections between clusters. */
  readonly policiesAdmitOutsideSince: string;
}

/**
 * Before that key, the server reads the password from the chart's values.yaml, and the bundled PostgreSQL uses the
 * generated one (chart orchestrator 7.0.0 to 7.4.13, substra-backend 18.0.0 to 22.4.4) or the published one too
 * (earlier versions).
 */
const PUBLISHED_PASSWORD =
  "cannot read its database's password from a Secret (it has no database.auth.credentialsSecretName) and would use the published default";

/**
 * `database.auth.credentialsSecretName` was added in 7.5.0 (`templates/_helpers.tpl`), CA Secrets in 8.6.0
 * (Substra/orchestrator#408), and network policies in 8.7.0; until 8.7.1 they let only pods of backends reach the
 * server.
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
 * `database.auth.credentialsSecretName` was added in 22.5.0 (`templates/_helpers.tpl`), CA Secrets in 26.0.0
 * (Substra/substra-backend#889), and network policies in 26.6.0; until 26.6.4 they allow only an orchestrator in the
 * same cluster (Substra/substra-backend#913; 26.6.3 has the fix, but does not render).
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

/** Returns the kind of CA objects that a version of a chart reads. */
export function caObjectKind(chart: SubstraChart, version: string): CaObjectKind {
  return lt(version, chart.caSecretsSince) ? "ConfigMap" : "Secret";
}

/**
 * Checks that a chart can be deployed.
 *
 * @param isOutside whether connections to or from other clusters are wanted.
 * @returns the problem and what is accepted, or undefined if there is no problem.
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
    : `chart ${name} ${version} has network policies that block connections between clusters; use ${before} or later`;
}
