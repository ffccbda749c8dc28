import type { z } from "zod";
import { channelsOf, connectionOf, type Connection } from "../components/substra/connection";
import { externalEndpoint, internalEndpoint } from "../components/substra/names";
import { CLUSTER_DOMAIN } from "../components/kubernetes/service-names";
import { kebabCase } from "../components/substra/kebab-case";
import { componentsOf } from "../components/choreo/project";
import { installation } from "../components/spinnaker/installation";
import type { ServiceName } from "../components/spinnaker/service-table";
import { authority, type AuthorityConfig } from "./authority";
import { choreo, type ChoreoConfig } from "../systems/choreo/section";
import { choreoConnect } from "../systems/choreo-connect/section";
import { withGateway, type ChoreoConnectSettings } from "../systems/choreo-connect/settings";
import type { ChoreoSettings } from "../systems/choreo/problems";
import { inconsistencies } from "./consistency";
import { ConfigError, problemsOf, type Problem } from "./problems";
import { enrollments, type EnrollmentConfig } from "../systems/substra/enrollments";
import { clusterDomain } from "./fields";
import { orchestrator, type OrchestratorConfig } from "../systems/substra/orchestrator";
import { organizations, type OrganizationConfig } from "../systems/substra/organizations";
import { spinnaker, type SpinnakerConfig } from "../systems/spinnaker/section";
import type { SpinnakerSettings } from "../systems/spinnaker/problems";

export { ConfigError } from "./problems";
export type { AuthorityConfig, EnrollmentConfig };

/** An organization with everything that follows from the other sections. */
export interface Organization extends OrganizationConfig {
  readonly namespace: string;
  readonly releaseName: string;
  readonly organizationName: string;
  /** Undefined if another stack signs for it, and so says where its orchestrator is. */
  readonly connection: Connection | undefined;
}

/** The orchestrator, and the cluster that it is in. */
export interface OrchestratorSettings extends OrchestratorConfig {
  readonly clusterDomain: string;
}

/** What one stack owns. */
export interface StackConfig {
  readonly authority: AuthorityConfig | undefined;
  readonly orchestrator: OrchestratorSettings | undefined;
  /** By MSP ID, in the order of the MSP IDs. */
  readonly organizations: ReadonlyMap<string, Organization>;
  /** By MSP ID, in the order of the MSP IDs. */
  readonly enrollments: ReadonlyMap<string, EnrollmentConfig>;
  readonly spinnaker: SpinnakerSettings | undefined;
  readonly choreo: ChoreoSettings | undefined;
  readonly choreoConnect: ChoreoConnectSettings | undefined;
}

/** The schema of each section, by its key below `countersign:`. */
export const SECTIONS = {
  authority,
  orchestrator,
  organizations,
  enrollments,
  spinnaker,
  choreo,
  choreoConnect,
  clusterDomain,
};

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
    enrollments: read("enrollments", enrollments) ?? {},
    spinnaker: read("spinnaker", spinnaker),
    choreo: read("choreo", choreo),
    choreoConnect: read("choreoConnect", choreoConnect),
  };
  const domain = read("clusterDomain", clusterDomain) ?? CLUSTER_DOMAIN;
  if (problems.length > 0) throw new ConfigError(problems);

  const own = sections.orchestrator && { ...sections.orchestrator, clusterDomain: domain };
  const config: StackConfig = {
    ...sections,
    orchestrator: own,
    enrollments: byMspId(sections.enrollments, (_, enrollment) => enrollment),
    organizations: byMspId(sections.organizations, (mspId, organization) =>
      resolve(mspId, organization, own),
    ),
    spinnaker: sections.spinnaker && withInstallation(sections.spinnaker, domain),
    choreo: sections.choreo && withComponents(sections.choreo),
    choreoConnect: sections.choreoConnect && withGateway(sections.choreoConnect, domain),
  };
  const found = inconsistencies(config);
  if (found.length > 0) throw new ConfigError(found);
  return config;
}

function byMspId<T, R>(
  section: Readonly<Record<string, T>>,
  read: (mspId: string, entry: T) => R,
): Map<string, R> {
  const sorted = Object.entries(section).sort(([one], [other]) => (one < other ? -1 : 1));
  return new Map(sorted.map(([mspId, entry]) => [mspId, read(mspId, entry)]));
}

function resolve(
  mspId: string,
  own: OrganizationConfig,
  orchestrator?: OrchestratorSettings,
): Organization {
  return {
    ...own,
    namespace: own.namespace ?? kebabCase(mspId),
    releaseName: own.releaseName ?? "backend",
    organizationName: own.organizationName ?? mspId,
    connection:
      own.issuance.kind === "here"
        ? connectionOf(own, offerOf(mspId, orchestrator), true)
        : undefined,
  };
}

function withInstallation(own: SpinnakerConfig, domain: string): SpinnakerSettings {
  const services = Object.entries(own.services) as [ServiceName, SpinnakerService][];
  return {
    ...own,
    installation: installation({
      target: own.target.kind,
      namespace: own.namespace,
      clusterDomain: domain,
      phase: own.phase,
      exceptions: mapOf(own.exceptions),
      services: new Map(
        services.map(([name, { trust, ...settings }]) => [
          name,
          { ...settings, trustsOthers: trust && Object.keys(trust).length > 0 },
        ]),
      ),
    }),
  };
}

function withComponents(own: ChoreoConfig): ChoreoSettings {
  return { ...own, described: componentsOf(new Map(Object.entries(own.components))) };
}

type SpinnakerService = NonNullable<SpinnakerConfig["services"][ServiceName]>;

function mapOf<K extends string, V>(record: Readonly<Partial<Record<K, V>>>): Map<K, V> {
  return new Map(Object.entries(record) as [K, V][]);
}

function offerOf(mspId: string, orchestrator?: OrchestratorSettings) {
  if (orchestrator === undefined) return undefined;
  return {
    internal: internalEndpoint(orchestrator),
    external: externalEndpoint(orchestrator),
    channels: channelsOf(mspId, orchestrator.channels),
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
