import {
  readSettings,
  type AdapterSettings,
  tokenPairProblem,
} from "../../../components/choreo-connect/adapter/settings";
import { shapeProblem } from "../../../components/choreo-connect/adapter/shape";
import { placeOf, readToml, type TomlTable } from "../../../components/choreo-connect/adapter/toml";
import { CONFIG_TOML } from "../../../components/choreo-connect/paths";
import { REPAIR, type Checklist } from "../../../verify/check";
import type { PartView } from "./read-parts";

/** Settings from the adapter's configuration, and their origin. */
export interface AdapterConfig {
  readonly settings: AdapterSettings;
  readonly origin: string;
}

/**
 * Reads the adapter's configuration as the adapter does, including its variables, and checks that it can be read.
 *
 * @returns undefined if it cannot be read, in which case the adapter does not start.
 */
export function checkConfigToml(
  { files, environment }: PartView,
  list: Checklist,
): AdapterConfig | undefined {
  const file = files.get(CONFIG_TOML);
  if (file === undefined) {
    list.fail("config-toml", `there is no ${CONFIG_TOML}.`, REPAIR.release);
    return undefined;
  }
  const config = parse(file.content.toString("utf8"));
  const { origin } = file;
  const isRead = list.judge(
    "config-toml",
    typeof config === "string"
      ? [`the adapter cannot read ${origin}, so it does not start: ${config}.`]
      : [],
    `the adapter reads ${CONFIG_TOML}`,
    "Correct it where it comes from: the file in choreoConnect.target.kubernetes.configToml, or the chart's values. Then run `pulumi up`.",
  );
  if (!isRead || typeof config === "string") return undefined;
  return { settings: readSettings(config, environment), origin };
}

/** @returns the configuration, or a problem with its position. */
function parse(text: string): TomlTable | string {
  const config = readToml(text);
  const problem = "message" in config ? config : (shapeProblem(config) ?? tokenPairProblem(config));
  if (problem === undefined && !("message" in config)) return config;
  const { at, message } = problem ?? { at: 0, message: "" };
  const { line, column } = placeOf(text, at);
  return `in line ${line}, column ${column}, ${message}`;
}

/**
 * Returns the adapter's settings from its defaults and the exported variables. With docker-compose, the file itself is
 * not known.
 */
export function usualSettings({ environment }: PartView): AdapterSettings {
  return readSettings({ kind: "table", at: 0, entries: new Map() }, environment);
}
