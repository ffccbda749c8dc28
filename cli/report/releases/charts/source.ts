import valid from "semver/functions/valid";
import type { Chart } from "../../model";
import type { State } from "../../plan";
import { fieldsOf, isSecret, isUnknown, type Property } from "../../value";
import { withoutCredentials } from "./helm";

/** Origin of a release's chart. */
export type ChartSource =
  /** A folder or an archive, relative to the program's folder. */
  | { readonly kind: "path"; readonly path: string }
  | {
      readonly kind: "repository";
      readonly url: string;
      readonly name: string;
      readonly needsLogin: boolean;
    }
  | { readonly kind: "oci"; readonly reference: string };

/** The chart of one side of a release. */
export interface PlannedChart {
  /** Undefined if the preview does not state it. */
  readonly source: ChartSource | undefined;
  /** The deployed version, or the requested one; undefined if the preview does not state it. */
  readonly version: string | undefined;
  /** Whether that is an exact version, not a range. */
  readonly isExact: boolean;
}

/** @param state of a release; its outputs, if it is deployed, contain the actual version. */
export function chartOf({ inputs, outputs }: State): PlannedChart {
  const { version: deployed } = fieldsOf(outputs.status);
  const version = textOf(deployed) ?? textOf(inputs.version);
  return {
    source: sourceOf(textOf(inputs.chart), inputs.repositoryOpts),
    version,
    isExact: version !== undefined && valid(version) !== null,
  };
}

/** A chart as a report shows it. */
export function shownChart({ source, version }: PlannedChart): Chart {
  if (source === undefined) return { name: "(unknown)", version, from: "(unknown)" };
  if (source.kind === "repository") {
    return { name: source.name, version, from: withoutCredentials(source.url) };
  }
  const whole = source.kind === "path" ? source.path : withoutCredentials(source.reference);
  const name = whole.replace(/\/+$/, "").split("/").at(-1) ?? whole;
  const from = source.kind === "path" ? whole : whole.slice(0, -name.length - 1);
  return { name, version, from };
}

function sourceOf(
  chart: string | undefined,
  options: Property | undefined,
): ChartSource | undefined {
  if (chart === undefined || isUnknown(options) || isSecret(options)) return undefined;
  if (chart.startsWith("oci://")) return { kind: "oci", reference: chart };
  const { repo, username, password } = fieldsOf(options);
  if (repo === undefined || repo === "") return { kind: "path", path: chart };
  const needsLogin = [username, password].some((part) => part !== undefined && part !== "");
  return typeof repo === "string"
    ? { kind: "repository", url: repo, name: chart, needsLogin }
    : undefined;
}

/** A text of the preview; undefined if there is none, or it is secret or unknown. */
function textOf(property: Property | undefined): string | undefined {
  return typeof property === "string" && property !== "" ? property : undefined;
}

/** Whether both are the same chart from the same place. */
export function isSameSource(
  one: ChartSource | undefined,
  other: ChartSource | undefined,
): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
