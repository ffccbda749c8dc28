import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { diffArrays } from "diff";
import { readCertificate } from "../../../../x509/certificate";
import { holdsPrivateKey } from "../../../../x509/private-key-trace";
import type { ShownValue, ValueChange } from "../../model";
import type { PropertyChange } from "../../plan";
import { SECRET, UNKNOWN, isMap, type Property, type PropertyMap } from "../../value";
import { shortOf } from "../../words";
import type { NewNames } from "./new-names";

/** A value that differs, or exists only on one side. */
export interface Difference {
  /** As Pulumi writes it, e.g. `podAnnotations["prometheus.io/scrape"]`. */
  readonly path: string;
  readonly before: Property | undefined;
  readonly after: Property | undefined;
}

/** Whether a value that is secret on both sides changes. */
export type SecretChanged = (path: string) => boolean;

/**
 * The values that differ, by path. Maps are compared by key, as Helm merges them, and lists by content, so that an
 * added or removed item does not change those after it.
 */
export function differences(
  before: Property | undefined,
  after: Property | undefined,
  changed: SecretChanged,
  path = "",
): Difference[] {
  if (before === SECRET && after === SECRET) {
    return changed(path) ? [{ path, before, after }] : [];
  }
  if (isMap(before) && isMap(after)) return mapDifferences(before, after, changed, path);
  if (Array.isArray(before) && Array.isArray(after)) {
    return listDifferences(
      before as readonly Property[],
      after as readonly Property[],
      changed,
      path,
    );
  }
  if (isDeepStrictEqual(before, after)) return [];
  const old = leavesOf(before, path).map((leaf) => ({ ...leaf, after: undefined }));
  const coming = leavesOf(after, path).map((leaf) => ({
    ...leaf,
    before: undefined,
    after: leaf.before,
  }));
  const [one, other] = [old[0], coming[0]];
  const isSingle = old.length === 1 && coming.length === 1 && one?.path === other?.path;
  return isSingle && one && other
    ? [{ path: one.path, before: one.before, after: other.after }]
    : [...old, ...coming];
}

/** The path of a field or item, as Pulumi writes it (resource.PropertyPath.String of its SDK). */
export function below(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  if (key === "" || /[."[\]]/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

function mapDifferences(
  before: PropertyMap,
  after: PropertyMap,
  changed: SecretChanged,
  path: string,
) {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => differences(before[key], after[key], changed, below(path, key)));
}

function listDifferences(
  before: readonly Property[],
  after: readonly Property[],
  changed: SecretChanged,
  path: string,
): Difference[] {
  return pairsOf(before, after).flatMap(({ position, before: old, after: coming }) =>
    differences(old, coming, changed, below(path, position)),
  );
}

interface Pair {
  /** In the new list, or in the old one if it is not in the new one. */
  readonly position: number;
  readonly before: Property | undefined;
  readonly after: Property | undefined;
}

function pairsOf(before: readonly Property[], after: readonly Property[]): Pair[] {
  const pairs: Pair[] = [];
  let gone: Pair[] = [];
  let [old, coming] = [0, 0];
  const comparator = isDeepStrictEqual;
  for (const { value, added, removed } of diffArrays([...before], [...after], { comparator })) {
    if (removed) {
      pairs.push(...gone);
      gone = value.map((item) => ({ position: old++, before: item, after: undefined }));
    } else if (added) {
      for (const item of value) {
        const [same] = gone.splice(partnerOf(item, gone), 1);
        pairs.push({ position: coming++, before: same?.before, after: item });
      }
    } else {
      pairs.push(...gone);
      gone = [];
      // Items that look equal may hold secrets that differ.
      for (const item of value)
        pairs.push({ position: coming++, before: before[old++], after: item });
    }
  }
  return [...pairs, ...gone];
}

/** Position of an item's predecessor: the one of the same name or, if items have no names, the next. */
function partnerOf(item: Property, gone: readonly Pair[]): number {
  const name = nameOf(item);
  const found = gone.findIndex(({ before }) => nameOf(before) === name);
  return found === -1 ? gone.length : found;
}

function nameOf(item: Property | undefined): Property | undefined {
  return isMap(item) ? item.name : undefined;
}

/** Empty maps and lists are values too. */
function leavesOf(value: Property | undefined, path: string): { path: string; before: Property }[] {
  if (value === undefined) return [];
  if (isMap(value) && Object.keys(value).length > 0) {
    const keys = Object.keys(value).sort();
    return keys.flatMap((key) => leavesOf(value[key], below(path, key)));
  }
  if (Array.isArray(value) && value.length > 0) {
    return (value as readonly Property[]).flatMap((item, position) =>
      leavesOf(item, below(path, position)),
    );
  }
  return [{ path, before: value }];
}

/**
 * Returns which secret values change. A preview does not contain them, but the engine says which of them it changes.
 *
 * @param changes of the resource.
 * @param input that contains the values, e.g. `values`.
 */
export function secretChanges(changes: readonly PropertyChange[], input: string): SecretChanged {
  const changed = changes.map(({ path }) => path).filter((path) => isWithin(path, input));
  return (path) => {
    const whole = pathIn(input, path);
    return changed.some((each) => isWithin(each, whole));
  };
}

/** The whole path of a value, whose path in an input is given. */
export function pathIn(input: string, path: string): string {
  if (path === "") return input;
  return path.startsWith("[") ? input + path : `${input}.${path}`;
}

function isWithin(path: string, whole: string): boolean {
  return path === whole || (path.startsWith(whole) && /^[.[]/.test(path.slice(whole.length)));
}

/** In characters; a longer text is shortened. */
const LONGEST_TEXT = 200;

const KEPT = 80;

/** Placeholder for a text that contains a private key. */
export const HIDDEN_KEY = "(a private key, not shown)";

/** A value that differs, as a reviewer may see it. */
export function valueChange({ path, before, after }: Difference, names: NewNames): ValueChange {
  return {
    path,
    before: before === undefined ? undefined : shownValue(before, names),
    after: after === undefined ? undefined : shownValue(after, names),
  };
}

/** A value as a reviewer may see it. A text is on one line. */
export function shownValue(value: Property, names: NewNames): ShownValue {
  if (value === SECRET) return SECRET;
  if (value === UNKNOWN) return UNKNOWN;
  if (typeof value !== "string") return { text: JSON.stringify(value) };
  const resource = names.resourceOf(value);
  return resource === undefined
    ? { text: shownText(names.readable(value)) }
    : { newNameOf: resource };
}

function shownText(text: string): string {
  const readable = withoutPem(text).trimEnd().replaceAll("…)\n(cert", "…) (cert");
  if (isTakenForAnother(readable)) return JSON.stringify(readable);
  if (readable.length <= LONGEST_TEXT && !/[\r\n]/.test(readable)) return readable;
  const [start = ""] = readable.slice(0, KEPT).split(/[\r\n]/);
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
  return `${start}… (${readable.length.toLocaleString("en")} characters, SHA-256 ${hash}…)`;
}

/** A text with fingerprints in place of certificates; only a placeholder if it contains a private key. */
export function withoutPem(text: string): string {
  if (holdsPrivateKey(text)) return HIDDEN_KEY;
  return text.replace(CERTIFICATE, (pem) => {
    try {
      return `(certificate with SHA-256 ${shortOf(readCertificate(pem).fingerprint)})`;
    } catch {
      return pem;
    }
  });
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/g;

/** Whether a text looks like a value of another type, which means something else to a chart. */
function isTakenForAnother(text: string): boolean {
  return text === "" || /^(true|false|null|[-+]?\d+(\.\d+)?([eE][-+]?\d+)?|\{\}|\[\])$/.test(text);
}
