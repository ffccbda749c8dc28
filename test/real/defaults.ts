import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Values } from "../integration/charts/helm";

/** Returns the default values of a chart, with those of its sub-charts as Helm coalesces them, each by its path. */
export function defaultsOf(chart: string): ReadonlyMap<string, unknown> {
  return new Map(leaves(coalesced(chart), []));
}

function coalesced(chart: string): Values {
  const own = (parse(readFileSync(join(chart, "values.yaml"), "utf8")) ?? {}) as Values;
  const below = join(chart, "charts");
  const names = existsSync(below) ? readdirSync(below) : [];
  const parts = names.map((name) => [name, merged(coalesced(join(below, name)), own[name])]);
  return { ...own, ...(Object.fromEntries(parts) as Values) };
}

function merged(defaults: Values, overrides: unknown): Values {
  const entries = Object.entries(isMap(overrides) ? overrides : {});
  return entries.reduce((result, [key, value]) => {
    const before = result[key];
    return { ...result, [key]: isMap(before) && isMap(value) ? merged(before, value) : value };
  }, defaults);
}

/** Returns scalars and lists by path, without empty values, which YAML can write in many ways. */
function leaves(value: unknown, path: readonly string[]): [string, unknown][] {
  if (isMap(value))
    return Object.entries(value).flatMap(([key, each]) => leaves(each, [...path, key]));
  const isNothing = value === null || value === "" || (Array.isArray(value) && value.length === 0);
  return isNothing ? [] : [[JSON.stringify(path), value]];
}

function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
