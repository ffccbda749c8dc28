import lt from "semver/functions/lt";
import type { ChartContract } from "../kubernetes/helm/chart-contract";

/** The kind of the objects that hold a CA certificate under the key `ca.crt`. */
export type CaObjectKind = "Secret" | "ConfigMap";

/** One of Substra's charts. */
interface SubstraChart extends ChartContract {
  /** The first version that reads CA certificates from Secrets; before it they are ConfigMaps. */
  readonly caSecretsSince: string;
}

/** Lists of CA objects by organization came with 5.0.0; CA Secrets with 8.6.0 (Substra/orchestrator#408). */
export const ORCHESTRATOR_CHART: SubstraChart = {
  name: "orchestrator",
  since: "5.0.0",
  caSecretsSince: "8.6.0",
};

/** CA ConfigMaps came with 13.0.1; CA Secrets with 26.0.0 (Substra/substra-backend#889). */
export const BACKEND_CHART: SubstraChart = {
  name: "substra-backend",
  since: "13.0.1",
  caSecretsSince: "26.0.0",
};

/** The kind of CA objects that a version of a chart reads. */
export function caObjectKind(chart: SubstraChart, version: string): CaObjectKind {
  return lt(version, chart.caSecretsSince) ? "ConfigMap" : "Secret";
}
