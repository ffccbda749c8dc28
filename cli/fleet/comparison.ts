import { z } from "zod";
import { differences, shownValue } from "../report/releases/values/differences";
import { newNamesOf } from "../report/releases/values/new-names";
import { valueText } from "../report/render/words";
import { readProperty, type Property, type PropertyMap } from "../report/value";
import { withoutSecrets } from "./stack-values";

/** A value that differs between two sides, as people may see it. The order of the fields is that of `--json`. */
export interface ComparedValue {
  /** E.g. `countersign:orchestrator.chart.version`. */
  readonly key: string;
  /** Value of the stack that failed. @default - it is not set */
  readonly here?: string;
  /** Value of the other side. @default - it is not set */
  readonly there?: string;
}

/** Returns the values that differ. Two secrets are not compared. */
export function compare(here: PropertyMap, there: PropertyMap): ComparedValue[] {
  return differences(there, here, () => false).map(({ path, before, after }) => ({
    key: path,
    ...(after !== undefined && { here: textOf(after) }),
    ...(before !== undefined && { there: textOf(before) }),
  }));
}

const NO_NAMES = newNamesOf({ stack: "", resources: [], outputs: {}, messages: [], failure: "" });
const PLAIN = { name: (text: string) => text, prose: (text: string) => text, arrow: "->" };

function textOf(value: Property): string {
  return valueText(shownValue(value, NO_NAMES), PLAIN);
}

/**
 * Returns the stack that is most like another one in the keys of its configuration; of several, the last one.
 *
 * @param others candidates, by name.
 * @returns undefined if none has a key in common.
 */
export function mostAlike(
  config: PropertyMap,
  others: ReadonlyMap<string, PropertyMap>,
): string | undefined {
  let best: { readonly name: string; readonly likeness: number } | undefined;
  for (const [name, other] of others) {
    const likeness = likenessOf(config, other);
    if (likeness > 0 && likeness >= (best?.likeness ?? 0)) best = { name, likeness };
  }
  return best?.name;
}

/** Returns the part of all keys that both have. */
export function likenessOf(one: PropertyMap, other: PropertyMap): number {
  const all = new Set([...Object.keys(one), ...Object.keys(other)]);
  const common = Object.keys(one).filter((key) => Object.hasOwn(other, key));
  return all.size === 0 ? 0 : common.length / all.size;
}

const updates = z.array(
  z.object({
    kind: z.string(),
    result: z.string(),
    startTime: z.string(),
    config: z.record(
      z.string(),
      z.object({
        value: z.string().optional(),
        objectValue: z.unknown().optional(),
        secret: z.boolean(),
      }),
    ),
  }),
);

/** A stack's configuration before it was changed the last time. */
export interface EarlierConfig {
  /** Time of the last successful update with it. */
  readonly updated: string;
  readonly values: readonly ComparedValue[];
}

/**
 * Finds the newest successful update with another configuration than the current one. Sections that contain secrets are
 * not compared, because Pulumi prints nothing of them.
 *
 * @param history output of `pulumi stack history --json`.
 * @param current from the stack file.
 * @param common keys of the project, which the history has as well.
 */
export function earlierConfig(
  history: unknown,
  current: PropertyMap,
  common: readonly string[],
): EarlierConfig | undefined {
  const { data = [] } = updates.safeParse(history);
  for (const { kind, result, startTime, config } of data) {
    if (kind !== "update" || result !== "succeeded") continue;
    const secret = Object.keys(config).filter((key) => config[key]?.secret);
    const compared = (key: string) => !secret.includes(key) && !common.includes(key);
    const before = Object.entries(config).map(([key, { value, objectValue }]) => [
      key,
      withoutSecrets(objectValue ?? value ?? null, key),
    ]);
    const values = compare(
      only(texts(current), compared),
      only(readProperty(Object.fromEntries(before)) as PropertyMap, compared),
    );
    if (values.length > 0) return { updated: startTime, values };
  }
  return undefined;
}

function only(map: PropertyMap, isKept: (key: string) => boolean): PropertyMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => isKept(key)));
}

/** Returns a configuration with plain values as texts, as Pulumi keeps them. */
function texts(config: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "number" || typeof value === "boolean" ? String(value) : value,
    ]),
  );
}
