import { readFileSync } from "node:fs";
import { join } from "node:path";
import coerce from "semver/functions/coerce";
import lt from "semver/functions/lt";
import { parse } from "yaml";

/** Where a chart comes from: a folder, or a repository in one exact version. */
export type ChartSource =
  | { readonly path: string }
  | { readonly repository: string; readonly name: string; readonly version: string };

/** The kind of the objects that hold a CA certificate under the key `ca.crt`. */
export type CaObjectKind = "Secret" | "ConfigMap";

/** A chart whose values we know, and since when. */
interface ChartContract {
  readonly name: string;
  /** The first version whose values are those that we set. */
  readonly since: string;
  /** The first version that reads CA certificates from Secrets; before it they are ConfigMaps. */
  readonly caSecretsSince: string;
}

/** Lists of CA objects by organization came with 5.0.0; CA Secrets with 8.6.0 (Substra/orchestrator#408). */
export const ORCHESTRATOR_CHART: ChartContract = {
  name: "orchestrator",
  since: "5.0.0",
  caSecretsSince: "8.6.0",
};

/** CA ConfigMaps came with 13.0.1; CA Secrets with 26.0.0 (Substra/substra-backend#889). */
export const BACKEND_CHART: ChartContract = {
  name: "substra-backend",
  since: "13.0.1",
  caSecretsSince: "26.0.0",
};

/** The kind of CA objects that a version of a chart reads. */
export function caObjectKind(contract: ChartContract, version: string): CaObjectKind {
  return lt(version, contract.caSecretsSince) ? "ConfigMap" : "Secret";
}

/** @returns what is wrong with a chart's version, or undefined. */
export function chartVersionProblem(contract: ChartContract, version: string): string | undefined {
  return lt(version, contract.since)
    ? `chart ${contract.name} ${version} has other values than Countersign sets; use ${contract.since} or later`
    : undefined;
}

/**
 * The version of a chart, from its Chart.yaml if it is in a folder.
 *
 * @throws Error if that has no version.
 */
export function versionOfChart(chart: ChartSource): string {
  if (!("path" in chart)) return chart.version;
  const file = join(chart.path, "Chart.yaml");
  const version = coerce(
    (parse(readFileSync(file, "utf8")) as { version?: string } | null)?.version,
  );
  if (!version) throw new Error(`${file} has no version`);
  return version.version;
}
