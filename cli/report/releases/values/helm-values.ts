import { SECRET, UNKNOWN, isMap, type Property } from "../../value";
import { below, type SecretChanged } from "./differences";
import type { NewNames } from "./new-names";

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
