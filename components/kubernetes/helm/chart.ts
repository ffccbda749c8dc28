import { join } from "node:path";
import coerce from "semver/functions/coerce";
import lt from "semver/functions/lt";
import { parse } from "yaml";
import { LIMITS, readFileText } from "../../../host";

/** Source of a chart: a folder, or a repository and an exact version. */
export type ChartSource =
  | { readonly path: string }
  | { readonly repository: string; readonly name: string; readonly version: string };

/** A chart whose values are known, and the versions that have them. */
export interface ChartContract {
  readonly name: string;
  /** The first version whose values are the ones that Countersign sets. */
  readonly since: string;
  /** The problem of earlier versions, as a predicate. @default "has other values than Countersign sets" */
  readonly flawBefore?: string;
  /** Later versions that cannot be used, each with its problem as a predicate. @default - none */
  readonly flawed?: Readonly<Record<string, string>>;
}

/**
 * Checks that a chart is the expected one by its name (which is also part of the names of its Services) and its
 * version.
 *
 * @returns the problem and what is accepted, or undefined if there is no problem.
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
 * Returns the version of a chart, read from Chart.yaml if the chart is a folder.
 *
 * @throws Error if the file cannot be read or has no version.
 */
export function versionOfChart(chart: ChartSource): string {
  return "path" in chart ? readChartFile(chart.path).version : chart.version;
}

function readChartFile(path: string): { name: string; version: string } {
  const file = join(path, "Chart.yaml");
  const content = parseYaml(readFileText(file, { limit: LIMITS.config, within: path }), file);
  const { name = "", version } = (content ?? {}) as { name?: string; version?: string };
  // Ignores a suffix: a custom chart such as 8.8.0-patched has the values of 8.8.0.
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

/** Values of a Helm chart, or another tree of settings; leaves may be Pulumi outputs. */
export type ChartValues = Readonly<Record<string, unknown>>;

/** A value that Countersign sets and an override must not change, and the reason. */
export interface GuardedValue {
  readonly path: string;
  readonly reason: string;
  /** The only value that an override may repeat. */
  readonly allowed?: unknown;
}

/** Merges like Helm: maps are merged by key, and the override replaces anything else, including lists. */
export function mergeValues(ours: ChartValues, overrides: ChartValues): ChartValues {
  const merged = new Map(Object.entries(ours));
  for (const [key, override] of Object.entries(overrides)) {
    const own = merged.get(key);
    merged.set(key, isMap(own) && isMap(override) ? mergeValues(own, override) : override);
  }
  return Object.fromEntries(merged);
}

/** Whether a value is a map of settings, i.e. neither a list nor an output (which is also an object). */
export function isMap(value: unknown): value is ChartValues {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

/** Finds overrides that would change a guarded value, with the path and the reason why each is refused. */
export function guardedOverrides(
  overrides: ChartValues,
  guards: readonly GuardedValue[],
): { path: string; message: string }[] {
  return leavesOf(overrides).flatMap(({ path, value }) => {
    const guard = guards.find(
      (each) =>
        path === each.path ||
        isWithin(path, each.path) ||
        // An empty map changes nothing in the map that it is merged over.
        (isWithin(each.path, path) && !isMap(value)),
    );
    if (!guard || (guard.allowed !== undefined && path === guard.path && value === guard.allowed))
      return [];
    return [{ path, message: `may not be overridden: ${guard.reason}` }];
  });
}

function leavesOf(values: ChartValues, prefix = ""): { path: string; value: unknown }[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const path = prefix + key;
    // An empty map is a leaf: merged over anything but a map, it replaces that value, and Helm treats it as false.
    return isMap(value) && Object.keys(value).length > 0
      ? leavesOf(value, `${path}.`)
      : [{ path, value }];
  });
}

function isWithin(path: string, ancestor: string): boolean {
  return path.startsWith(`${ancestor}.`);
}
