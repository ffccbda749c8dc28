import lt from "semver/functions/lt";
import type { RedrawFacts } from "../../facts";
import {
  chartProblem,
  versionOfChart,
  type ChartContract,
  type ChartSource,
  type GuardedValue,
} from "../kubernetes/helm/chart";

/** Kind of the objects that hold a CA certificate under the key `ca.crt`. */
type CaObjectKind = "Secret" | "ConfigMap";

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

/** The first version that keeps the key in a Secret. Before, the server generated one on every start. */
const SERVER_KEY_SINCE = "22.7.0";

/**
 * Values that each upgrade of a backend generates at random (chart substra-backend 22.7.0 to 26.15.3,
 * `templates/secret-server-key.yaml`): Django's SECRET_KEY, which signs sessions and tokens. No value of the chart
 * prevents it.
 */
export function backendRedraws(releaseName: string, version: string): RedrawFacts[] {
  if (lt(version, SERVER_KEY_SINCE)) return [];
  return [
    {
      object: `Secret ${releaseName}-substra-backend-server-key`,
      field: "SECRET_KEY",
      consequence:
        "sessions and tokens that the backend has signed end when its server next starts, and people have to log in again",
    },
  ];
}

const WIRED = "Countersign sets it for the certificates and Secrets it creates";

/** Values that decide which database is used, and with which credentials. */
function databaseGuards(key: string): GuardedValue[] {
  const reason = `to use your own database, set ${key} in the stack's config; the bundled one has generated credentials`;
  return [
    { path: "database.host", reason },
    { path: "database.port", reason },
    { path: "database.auth", reason },
    { path: "postgresql.enabled", reason },
    { path: "postgresql.auth", reason },
  ];
}

/** Guarded values of chart orchestrator, from 7.5.0 to 8.8.0. */
export const ORCHESTRATOR_GUARDS: readonly GuardedValue[] = [
  { path: "orchestrator.tls.enabled", reason: "TLS must not be disabled", allowed: true },
  {
    path: "orchestrator.tls.mtls.enabled",
    reason: "mutual TLS must not be disabled",
    allowed: true,
  },
  {
    path: "orchestrator.verifyClientMSPID",
    reason: "without it, any trusted certificate could act for any organization",
    allowed: true,
  },
  { path: "orchestrator.tls", reason: WIRED },
  {
    path: "orchestrator.fullnameOverride",
    reason: "the Service's name is in the server certificate",
  },
  { path: "nameOverride", reason: "the Service's name is in the server certificate" },
  {
    path: "podAnnotations.countersign/channels",
    reason: "it rolls the pods when the channels change",
  },
  { path: "channels", reason: "set orchestrator.channels in the stack's config" },
  { path: "ingress.hostname", reason: "set orchestrator.hostname in the stack's config" },
  {
    path: "ingress.extraHosts",
    reason: "the chart renders invalid YAML with it; use orchestrator.hostname",
  },
  { path: "service.port", reason: "the chart's network policies admit only 9000", allowed: 9000 },
  ...databaseGuards("orchestrator.database"),
];

/** Guarded values of chart substra-backend, from 22.5.0 to 26.15.3. */
export const BACKEND_GUARDS: readonly GuardedValue[] = [
  { path: "orchestrator.tls.enabled", reason: "TLS must not be disabled", allowed: true },
  {
    path: "orchestrator.tls.mtls.enabled",
    reason: "mutual TLS must not be disabled",
    allowed: true,
  },
  { path: "orchestrator", reason: WIRED },
  ...databaseGuards("organizations.<MSP ID>.database"),
];
