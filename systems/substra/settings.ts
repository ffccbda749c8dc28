import { channelsOf, connectionOf, type Connection } from "../../components/substra/connection";
import { kebabCase } from "../../components/substra/msp-id";
import {
  externalEndpoint,
  internalEndpoint,
  orchestratorDnsNames,
} from "../../components/substra/names";
import { about } from "../../config/about";
import {
  CLIENT_LEAF,
  bothLeaves,
  VERIFY,
  type Claims,
  type Readers,
  type Sections,
} from "../../config/system";
import { enrollments, type EnrollmentConfig } from "./enrollments";
import { orchestrator, type OrchestratorConfig } from "./orchestrator";
import { organizations, type OrganizationConfig } from "./organizations";

export const sections = {
  orchestrator: orchestrator.meta(about("The Substra orchestrator that this stack runs")),
  organizations: organizations.meta(
    about("The organizations whose Substra backends this stack runs, by MSP ID"),
  ),
  enrollments: enrollments.meta(
    about(
      "Organizations of other stacks, which this stack signs for, by MSP ID (docs/stack-per-organization.md)",
    ),
  ),
};

/**
 * Readers of Substra's certificates. Sources: Substra/orchestrator lib/utils and its probe in Go,
 * Substra/substra-backend backend/orchestrator/client.py with grpcio.
 */
export const readers: Readers = {
  ofServers: { BoringSSL: "the backends", Go: "the orchestrator", ...VERIFY },
  ofClients: { Go: "the orchestrator" },
};

/** An organization, with everything that is derived from the other sections. */
export interface Organization extends OrganizationConfig {
  readonly namespace: string;
  readonly releaseName: string;
  readonly organizationName: string;
  /** Undefined if another stack signs for it, which then provides the orchestrator's endpoint. */
  readonly connection: Connection | undefined;
}

/** The orchestrator, with the domain of its cluster. */
export interface OrchestratorSettings extends OrchestratorConfig {
  readonly clusterDomain: string;
}

/** The part of a Substra consortium that one stack owns. */
export interface SubstraSettings {
  readonly orchestrator: OrchestratorSettings | undefined;
  /** Organizations of this stack, by MSP ID and in that order. */
  readonly organizations: ReadonlyMap<string, Organization>;
  /** Organizations of other stacks, by MSP ID and in that order. */
  readonly enrollments: ReadonlyMap<string, EnrollmentConfig>;
}

export function resolve(
  given: Sections<typeof sections>,
  clusterDomain: string,
): SubstraSettings | undefined {
  const server = given.orchestrator && { ...given.orchestrator, clusterDomain };
  const settings = {
    orchestrator: server,
    organizations: byMspId(given.organizations, (mspId, own) => withConnection(mspId, own, server)),
    enrollments: byMspId(given.enrollments, (_, enrollment) => enrollment),
  };
  const isEmpty = !server && settings.organizations.size + settings.enrollments.size === 0;
  return isEmpty ? undefined : settings;
}

function byMspId<T, R>(
  section: Readonly<Record<string, T>> = {},
  read: (mspId: string, entry: T) => R,
): Map<string, R> {
  const sorted = Object.entries(section).sort(([one], [other]) => (one < other ? -1 : 1));
  return new Map(sorted.map(([mspId, entry]) => [mspId, read(mspId, entry)]));
}

function withConnection(
  mspId: string,
  own: OrganizationConfig,
  server?: OrchestratorSettings,
): Organization {
  const offer = server && {
    internal: internalEndpoint(server),
    external: externalEndpoint(server),
    channels: channelsOf(mspId, server.channels),
  };
  return {
    ...own,
    namespace: own.namespace ?? kebabCase(mspId),
    releaseName: own.releaseName ?? "backend",
    organizationName: own.organizationName ?? mspId,
    connection: own.issuance.kind === "here" ? connectionOf(own, offer, true) : undefined,
  };
}

/** Returns the organizations whose certificates this stack's CA signs, with their connections. */
export function organizationsIssuedHere({ organizations: all }: SubstraSettings) {
  return [...all].flatMap(([mspId, organization]) =>
    organization.issuance.kind === "here" && organization.connection !== undefined
      ? [[mspId, organization, organization.connection, organization.issuance] as const]
      : [],
  );
}

export function claims(settings: SubstraSettings): Claims {
  const { orchestrator: server, organizations: all, enrollments: enrolled } = settings;
  const here = organizationsIssuedHere(settings);
  return {
    namespaces: [
      ...(server ? [{ path: ["orchestrator"], ...server }] : []),
      ...[...all].map(([mspId, each]) => ({ path: ["organizations", mspId], ...each })),
    ],
    lifetimes: [
      ...here.map(([mspId, , , { validityHours }]) => ({
        path: ["organizations", mspId],
        hours: validityHours,
      })),
      ...[...enrolled].map(([mspId, { validityHours }]) => ({
        path: ["enrollments", mspId],
        hours: validityHours,
      })),
      ...(server ? [{ path: ["orchestrator"], hours: server.certificate.validityHours }] : []),
    ],
    leaves: [
      ...(server ? bothLeaves(orchestratorDnsNames(server)) : []),
      ...here.map(() => CLIENT_LEAF),
      ...[...enrolled].map(() => CLIENT_LEAF),
    ],
  };
}
