import type { z } from "zod";
import type { ChannelSettings } from "../components/substra/backend";
import { externalEndpoint, internalEndpoint, type Endpoint } from "../components/substra/names";
import { kebabCase } from "../components/substra/kebab-case";
import { authority, type AuthorityConfig } from "./authority";
import { inconsistencies } from "./consistency";
import { ConfigError, problemsOf, type Problem } from "./problems";
import {
  orchestrator,
  organizations,
  type OrchestratorConfig,
  type OrganizationConfig,
} from "./substra";

export { ConfigError } from "./problems";
export type { AuthorityConfig, OrchestratorConfig };

/** An organization with everything that follows from the other sections. */
export interface Organization extends OrganizationConfig {
  readonly namespace: string;
  readonly releaseName: string;
  readonly organizationName: string;
  /** The channels that list it, with its settings of each. */
  readonly memberships: Readonly<Record<string, ChannelSettings>>;
  /** Undefined only where no host is configured, which is a problem. */
  readonly dial: Endpoint | undefined;
}

/** What one stack owns. */
export interface StackConfig {
  readonly authority: AuthorityConfig | undefined;
  readonly orchestrator: OrchestratorConfig | undefined;
  /** By MSP ID, in the order of the MSP IDs. */
  readonly organizations: ReadonlyMap<string, Organization>;
}

const HTTPS_PORT = 443;
const DEFAULT_CHANNEL_SETTINGS = { restricted: false, modelExportEnabled: false };

const SECTIONS = { authority, orchestrator, organizations };

/**
 * Reads and checks the configuration of a stack.
 *
 * @param values the stack's configuration values by full key (`countersign:authority`), objects as JSON, secrets decrypted.
 * @throws ConfigError listing every problem with its key; secrets are never quoted.
 */
export function loadConfig(values: Readonly<Record<string, string>>): StackConfig {
  const problems: Problem[] = [];
  const raw = new Map<string, string>();
  for (const [key, value] of Object.entries(values)) {
    const [namespace, section] = splitKey(key);
    if (namespace !== "countersign") continue;
    if (Object.hasOwn(SECTIONS, section)) raw.set(section, value);
    else {
      const known = Object.keys(SECTIONS).join(", ");
      problems.push({ key: section, message: `is not a known section; known are ${known}` });
    }
  }

  const read = <S extends z.ZodType>(section: string, schema: S): z.output<S> | undefined => {
    const text = raw.get(section);
    if (text === undefined) return undefined;
    const result = schema.safeParse(parseJson(text), { reportInput: true });
    if (result.success) return result.data;
    problems.push(...problemsOf(section, result.error));
    return undefined;
  };
  const sections = {
    authority: read("authority", authority),
    orchestrator: read("orchestrator", orchestrator),
    organizations: read("organizations", organizations) ?? {},
  };
  if (problems.length > 0) throw new ConfigError(problems);

  const config: StackConfig = {
    ...sections,
    organizations: new Map(
      Object.entries(sections.organizations)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([mspId, own]) => [mspId, resolve(mspId, own, sections.orchestrator)]),
    ),
  };
  const found = inconsistencies(config);
  if (found.length > 0) throw new ConfigError(found);
  return config;
}

function resolve(
  mspId: string,
  own: OrganizationConfig,
  orchestrator?: OrchestratorConfig,
): Organization {
  const { sameCluster, host, port } = own.orchestrator;
  const offered = orchestrator && (sameCluster ? internalEndpoint : externalEndpoint)(orchestrator);
  const dialled = { host: host ?? offered?.host, port: port ?? offered?.port ?? HTTPS_PORT };
  const settings = new Map(Object.entries(own.channels));
  const memberships = Object.entries(orchestrator?.channels ?? {})
    .filter(([, { organizations: members }]) => members.includes(mspId))
    .map(([channel]) => [channel, settings.get(channel) ?? DEFAULT_CHANNEL_SETTINGS] as const);
  return {
    ...own,
    namespace: own.namespace ?? kebabCase(mspId),
    releaseName: own.releaseName ?? "backend",
    organizationName: own.organizationName ?? mspId,
    memberships: Object.fromEntries(memberships),
    dial: dialled.host === undefined ? undefined : { host: dialled.host, port: dialled.port },
  };
}

function splitKey(key: string): [string, string] {
  const colon = key.indexOf(":");
  return colon < 0 ? [key, ""] : [key.slice(0, colon), key.slice(colon + 1)];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // a plain string, which every section's schema refuses with its key
  }
}
