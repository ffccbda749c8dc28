import assert from "node:assert/strict";
import { ConfigError, loadConfig, type AuthorityConfig, type StackConfig } from "../../../config";
import type { ConfiguredSystem, Schemas } from "../../../config/system";
import { COMMANDS } from "../../../systems/commands";
import { choreo } from "../../../systems/choreo/system";
import { choreoConnect } from "../../../systems/choreo-connect/system";
import { services } from "../../../systems/services/system";
import { spinnaker } from "../../../systems/spinnaker/system";
import type { SubstraSettings } from "../../../systems/substra/settings";
import { substra } from "../../../systems/substra/system";
import { findingsIn, isStructural, stackFileOf } from "./editor";

/** Sections of a stack's configuration by name, as they are in Pulumi.<stack>.yaml. */
export type Sections = Readonly<Record<string, unknown>>;

/** The shortest good configuration of a stack with a CA, an orchestrator and organizations. */
export const GOOD = {
  authority: {
    subject: { commonName: "Consortium CA" },
    generations: { g1: { state: "signing" } },
  },
  orchestrator: {
    channels: { mychannel: { organizations: ["MyOrg1MSP", "MyOrg2MSP"] } },
  },
  organizations: {
    MyOrg1MSP: { hostname: "substra.org-1.example" },
    MyOrg2MSP: { hostname: "substra.org-2.example" },
  },
} as const;

/** Settings of a stack, by system. */
export interface Loaded extends SubstraSettings {
  readonly authority: AuthorityConfig | undefined;
  readonly spinnaker: ReturnType<typeof spinnaker.resolve>;
  readonly choreo: ReturnType<typeof choreo.resolve>;
  readonly choreoConnect: ReturnType<typeof choreoConnect.resolve>;
  readonly services: ReturnType<typeof services.resolve>;
}

const NO_CONSORTIUM: SubstraSettings = {
  orchestrator: undefined,
  organizations: new Map(),
  enrollments: new Map(),
};

/**
 * Loads sections as Pulumi passes them to a program: each as JSON under its full key. Also checks that an editor finds
 * no problem in a good configuration.
 */
export function load(sections: Sections): Loaded {
  const config = loadConfig(valuesOf(sections), COMMANDS);
  assert.deepEqual(findingsIn(stackFileOf(sections)), []);
  return {
    ...(settingsOf(config, substra) ?? NO_CONSORTIUM),
    authority: config.authority,
    spinnaker: settingsOf(config, spinnaker),
    choreo: settingsOf(config, choreo),
    choreoConnect: settingsOf(config, choreoConnect),
    services: settingsOf(config, services),
  };
}

/** Returns the settings of one of a stack's systems. */
export function settingsOf<Settings, S extends Schemas>(
  { systems }: StackConfig,
  wanted: ConfiguredSystem<Settings, S>,
): Settings | undefined {
  const found = systems.find(({ system }) => system.title === wanted.title);
  return found?.settings as Settings | undefined;
}

/** Returns the values by full key, as Pulumi has them. */
export function valuesOf(sections: Sections): Record<string, string> {
  return Object.fromEntries(
    Object.entries(sections).map(([section, value]) => [
      `countersign:${section}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/**
 * Returns the problems of a configuration, each as `key: message`; empty if it is good. Also checks that an editor
 * finds problems of structure.
 */
export function problemsOf(sections: Sections): string[] {
  try {
    load(sections);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.problems.map(({ key, message }) => `${key}: ${message}`);
    if (problems.some(isStructural)) assert.notDeepEqual(findingsIn(stackFileOf(sections)), []);
    return problems;
  }
}

/** Returns the good configuration with other values at these paths; `undefined` removes a key. */
export function goodExcept(changes: Readonly<Record<string, unknown>>): Sections {
  return Object.entries(changes).reduce<Sections>(
    (sections, [path, value]) => set(sections, path.split("/"), value),
    GOOD,
  );
}

function set(map: Sections, [key = "", ...rest]: string[], value: unknown): Sections {
  const changed =
    rest.length === 0
      ? value
      : set(
          (Object.entries(map).find(([name]) => name === key)?.[1] ?? {}) as Sections,
          rest,
          value,
        );
  return { ...map, [key]: changed };
}
