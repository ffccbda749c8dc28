import type { PlannedResource, State } from "../plan";
import type { Renderer } from "./charts/helm";
import type { ChartFinder } from "./charts/locate";
import { NoHelm, Unavailable } from "./charts/programs";
import { chartOf } from "./charts/source";
import type { TemplateTraits } from "./charts/template-traits";
import { documentsIn, objectsIn, type ManifestObject } from "./manifests/objects";
import { below, secretChanges, type SecretChanged } from "./values/differences";
import type { NewNames } from "./values/new-names";
import { SECRET, UNKNOWN, isMap, type Property } from "../value";

/** Functions that render charts. */
export interface ChartWorks {
  readonly find: ChartFinder;
  readonly render: Renderer;
  /** Returns the features that the templates of a chart on this machine use. */
  readonly traitsOf: (chart: string) => TemplateTraits;
  readonly names: NewNames;
}

/** Rendered manifests of one side of a release. */
export interface RenderedSide {
  readonly documents: readonly string[];
  /** Reads documents of this side. */
  readonly objectsIn: (documents: readonly string[]) => ManifestObject[];
  readonly notes: readonly string[];
  readonly traits: TemplateTraits;
}

/**
 * @param repetition a number other than 0 renders it again, to find random content. @default 0
 * @throws Unavailable
 */
export async function renderedSide(
  resource: PlannedResource,
  state: State,
  side: "before" | "after",
  { find, render: renderChart, traitsOf, names }: ChartWorks,
  repetition = 0,
): Promise<RenderedSide> {
  const { inputs } = state;
  const files = inputs.valueYamlFiles;
  if (files !== undefined && !(Array.isArray(files) && files.length === 0)) {
    throw new Unavailable(
      "its values also come from files (valueYamlFiles), which the preview does not contain",
    );
  }
  if (inputs.reuseValues === true) {
    throw new Unavailable(
      "it keeps the values of its last revision (reuseValues), which the preview does not contain",
    );
  }
  const chart = await find(chartOf(state), side);
  const changed = secretChanges(side === "after" ? resource.changes : [], "values");
  const values = helmValues(inputs.values, {
    names,
    changed,
    keepsNulls: inputs.allowNullValues === true,
  });
  const namespace = helmName(inputs.namespace, names, "default");
  try {
    const { text, warnings } = await renderChart({
      chart: chart.path,
      release: helmName(inputs.name, names, resource.name),
      namespace,
      values: values.text,
      isUpgrade: resource.operation === "update",
      withHooks: inputs.disableWebhooks !== true,
      withCustomResourceDefinitions: inputs.skipCrds !== true,
      repetition,
    });
    if (values.hasStandIns && /cannot overwrite table with non.table/i.test(warnings)) {
      throw new Unavailable("a whole section of its values is secret or not known yet");
    }
    const words = (said: string) => readable(said, names);
    return {
      documents: documentsIn(text),
      objectsIn: (documents) => objectsIn(documents, namespace, words),
      notes: chart.notes,
      traits: traitsOf(chart.path),
    };
  } catch (error) {
    if (!(error instanceof Unavailable) || error instanceof NoHelm) throw error;
    const said = readable(error.message, names);
    throw new Unavailable(
      values.hasStandIns
        ? `the chart cannot be rendered with placeholders for its secret or unknown values: ${said}`
        : `the chart ${side === "before" ? "as it is deployed " : ""}cannot be rendered: ${said}`,
    );
  }
}

/**
 * Placeholders for values that a preview does not contain. Templates put values into names, addresses and base64, so
 * these are valid names in Kubernetes; {@link readable} makes them readable.
 */
const STAND_INS = {
  "countersign-secret-value": "(secret)",
  "countersign-secret-other": "(secret, changed)",
  "countersign-unknown-value": "(known after the up)",
} as const;

const [SECRET_TEXT, CHANGED_SECRET_TEXT, UNKNOWN_TEXT] = Object.keys(STAND_INS) as [
  string,
  string,
  string,
];

/** Values as templates get them. */
interface HelmValues {
  /** JSON, which is also YAML. */
  readonly text: string;
  /** Whether they contain placeholders. */
  readonly hasStandIns: boolean;
}

interface HelmValuesOptions {
  readonly names: NewNames;
  /** Whether null values are passed on (`allowNullValues`). */
  readonly keepsNulls: boolean;
  /** Which secret values differ from those on the other side. */
  readonly changed: SecretChanged;
}

export function helmValues(values: Property | undefined, options: HelmValuesOptions): HelmValues {
  let hasStandIns = false;
  const standIn = (text: string) => {
    hasStandIns = true;
    return text;
  };
  const valueOf = (value: Property, path: string): unknown => {
    if (value === SECRET) return standIn(options.changed(path) ? CHANGED_SECRET_TEXT : SECRET_TEXT);
    if (value === UNKNOWN) return standIn(UNKNOWN_TEXT);
    if (typeof value === "string") return options.names.standIn(value);
    if (Array.isArray(value)) {
      return (value as readonly Property[]).map((item, position) =>
        valueOf(item, below(path, position)),
      );
    }
    if (!isMap(value)) return value;
    const entries = Object.entries(value).filter(
      ([, field]) => options.keepsNulls || field !== null,
    );
    return Object.fromEntries(
      entries.map(([key, field]) => [key, valueOf(field, below(path, key))]),
    );
  };
  return { text: JSON.stringify(valueOf(values ?? {}, "")), hasStandIns };
}

/** A name or namespace as Helm gets it. */
export function helmName(name: Property | undefined, names: NewNames, fallback: string): string {
  if (typeof name === "string" && name !== "") return names.standIn(name);
  if (name === SECRET) return SECRET_TEXT;
  return name === UNKNOWN ? UNKNOWN_TEXT : fallback;
}

/** A rendered text, with words in place of placeholders. */
export function readable(text: string, names: NewNames): string {
  const said = Object.entries(STAND_INS).reduce(
    (result, [standIn, words]) => result.replaceAll(standIn, words),
    text,
  );
  return names.readableStandIn(said);
}
