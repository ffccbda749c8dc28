import { join } from "node:path";
import { z } from "zod";
import { concurrently } from "../../../command/concurrently";
import { messageOf } from "../../../command/failure";
import { differences, shownValue } from "../../report/releases/values/differences";
import { newNamesOf } from "../../report/releases/values/new-names";
import { valueText } from "../../report/render/words";
import { readProperty, type Property, type PropertyMap } from "../../report/value";
import { readYaml, stackFilePath, stackIn, type StackFolder } from "../stack-folder";
import type { Stacks } from "../stacks";
import { chartsIn, configIn, generalized, withoutSecrets } from "./stack-values";

/** What differs between a stack that failed and what held before. The order of the fields is that of `--json`. */
export interface Comparison {
  /** The stack of its kind that held last. @default - there is none */
  readonly lastGood?: {
    readonly stack: string;
    readonly values: readonly ComparedValue[];
    /** Keys whose values differ between stacks that hold, too. */
    readonly usual: readonly string[];
    /** Charts of the other stack, with the versions that it has deployed. */
    readonly charts: readonly string[];
  };
  /** Its own configuration before the last change. @default - it was never deployed with another one */
  readonly before?: EarlierConfig;
}

/** Largest number of failed stacks that are compared: each takes two commands of Pulumi. */
const MOST_COMPARED = 5;
const AT_A_TIME = 2;

/** Comparisons of stacks that failed with stacks that held. */
export class FailedStacks {
  constructor(
    private readonly folder: StackFolder,
    private readonly stacks: Pick<Stacks, "history" | "state">,
    /** Names of the stacks that held, the last one at the end. */
    private readonly held: readonly string[],
  ) {}

  /**
   * Compares stacks that failed.
   *
   * @returns by name; for a stack that cannot be compared, the reason.
   */
  async compare(failed: readonly string[]): Promise<ReadonlyMap<string, Comparison | string>> {
    const compared = failed.slice(0, MOST_COMPARED);
    const results = await concurrently(compared, AT_A_TIME, (name) =>
      this.compareOne(name).catch((error: unknown) => messageOf(error)),
    );
    return new Map(compared.map((name, position) => [name, results[position] ?? {}]));
  }

  private async compareOne(name: string): Promise<Comparison> {
    const config = this.configOf(name);
    const project = readYaml(join(this.folder.directory, "Pulumi.yaml"));
    const history = await this.stacks.history(name);
    const before = earlierConfig(history, config, Object.keys(configIn(project)));
    const others = this.held.filter((other) => other !== name);
    const good = mostAlike(config, new Map(others.map((other) => [other, this.configOf(other)])));
    return {
      ...(good !== undefined && { lastGood: await this.compareWith(good, name) }),
      ...(before && { before }),
    };
  }

  private async compareWith(good: string, name: string) {
    const [here, there] = await Promise.all([this.profileOf(name), this.profileOf(good)]);
    const differing = this.differingAmong(good);
    const all = compare(here, there);
    return {
      stack: good,
      charts: Object.entries(there.charts).map(([chart, version]) => `${chart} ${version}`),
      values: all.filter(({ key }) => !differing.has(key)),
      usual: all.map(({ key }) => key).filter((key) => differing.has(key)),
    };
  }

  /** Returns the keys in which a stack that holds differs from others of its kind that hold. */
  private differingAmong(good: string): ReadonlySet<string> {
    const config = this.configOf(good);
    const likest = this.held.filter((name) => likenessOf(this.configOf(name), config) === 1);
    return new Set(
      likest.flatMap((name) =>
        compare(this.generalOf(name), this.generalOf(good)).map(({ key }) => key),
      ),
    );
  }

  /** Returns the configuration and charts of a stack, without its own names. */
  private async profileOf(name: string) {
    return { ...this.generalOf(name), charts: chartsIn(await this.stacks.state(name)) };
  }

  private generalOf(name: string) {
    return generalized(this.configOf(name), stackIn(this.folder, name));
  }

  private configOf(name: string) {
    return configIn(readYaml(stackFilePath(this.folder.directory, name)));
  }
}

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
function likenessOf(one: PropertyMap, other: PropertyMap): number {
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
interface EarlierConfig {
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
