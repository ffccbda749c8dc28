import { join } from "node:path";
import coerce from "semver/functions/coerce";
import lt from "semver/functions/lt";
import { parse } from "yaml";
import { LIMITS, readFileText } from "../../../host";

/** Where a chart comes from: a folder, or a repository in one exact version. */
export type ChartSource =
  | { readonly path: string }
  | { readonly repository: string; readonly name: string; readonly version: string };

/** A chart whose values we know, and since when. */
export interface ChartContract {
  readonly name: string;
  /** The first version whose values are those that we set. */
  readonly since: string;
  /** What is wrong with versions before that, as a predicate. @default "has other values than Countersign sets" */
  readonly flawBefore?: string;
  /** Later versions that cannot be used: what is wrong with each, as a predicate. @default - none */
  readonly flawed?: Readonly<Record<string, string>>;
}

/**
 * Checks that a chart is the one whose values we set: its name, by which it names its Services too, and its version.
 *
 * @returns what is wrong and what is accepted, or undefined if nothing is.
 */
export function chartProblem(contract: ChartContract, chart: ChartSource): string | undefined {
  let found: { name: string; version: string };
  try {
    found = "path" in chart ? readChartFile(chart.path) : chart;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { name, version } = found;
  if (name !== contract.name) return `is chart "${name}"; it must be chart ${contract.name}`;
  const { since, flawBefore = "has other values than Countersign sets", flawed } = contract;
  if (lt(version, since)) return `chart ${name} ${version} ${flawBefore}; use ${since} or later`;
  const flaw = flawed?.[version];
  return flaw === undefined ? undefined : `chart ${name} ${version} ${flaw}; use another version`;
}

/**
 * The version of a chart, from its Chart.yaml if it is in a folder.
 *
 * @throws Error if that cannot be read or has no version.
 */
export function versionOfChart(chart: ChartSource): string {
  return "path" in chart ? readChartFile(chart.path).version : chart.version;
}

function readChartFile(path: string): { name: string; version: string } {
  const file = join(path, "Chart.yaml");
  const content = parseYaml(readFileText(file, { limit: LIMITS.config, within: path }), file);
  const { name = "", version } = (content ?? {}) as { name?: string; version?: string };
  // Without a suffix: a chart of one's own such as 8.8.0-patched has the values of 8.8.0.
  const released = coerce(version);
  if (!released) throw new Error(`${file} has no version such as 1.2.3`);
  return { name, version: released.version };
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text, { logLevel: "error" });
  } catch {
    throw new Error(`${file} is not YAML`);
  }
}
