import { log } from "@pulumi/pulumi";
import {
  RegistrationAuthority,
  distrusting,
  publishedAuthorities,
  type EnrollmentPolicy,
  type Exchange,
} from "../../components/enrollment";
import { versionOfChart } from "../../components/kubernetes/helm/chart";
import type { CertificateAuthority, SigningGeneration } from "../../components/pki";
import { Orchestrator } from "../../components/substra";
import { ORCHESTRATOR_CHART } from "../../components/substra/charts";
import { channelsOf } from "../../components/substra/connection";
import { kebabCase } from "../../components/substra/msp-id";
import {
  ORCHESTRATOR_PARTY,
  externalEndpoint,
  internalEndpoint,
  orchestratorDnsNames,
} from "../../components/substra/names";
import type { StackMemory } from "../../components/stack-memory";
import { FORMAT } from "../../enrollment/documents";
import type { Foundation, SystemOutputs } from "../../stack/system";
import { readCertificate } from "../../x509";
import type { SubstraAdmission } from "./admission";
import { deployOrganizations } from "./deploy-organizations";
import type { OrchestratorSettings, SubstraSettings } from "./settings";

/** Name of the component that signs for the organizations of other stacks. */
export const REGISTRATION = "registration";

/** Builds the stack's part of the consortium. */
export function deploySubstra(
  settings: SubstraSettings,
  exchange: Exchange<SubstraAdmission>,
  memory: StackMemory,
  { authority, namespaceOf }: Foundation,
): SystemOutputs {
  const server = settings.orchestrator;
  const orchestrator =
    server && authority
      ? new Orchestrator("orchestrator", { ...server, namespace: namespaceOf(server), authority })
      : undefined;
  const registration =
    authority && exchange.decisions
      ? new RegistrationAuthority(REGISTRATION, {
          issuer: authority.signing,
          policies: policiesOf(settings),
          decisions: exchange.decisions,
          nameOf: kebabCase,
          trusted: exchange.trusted,
          dials: [ORCHESTRATOR_PARTY],
        })
      : undefined;
  if (authority) warnOfDistrust(authority.signing, exchange.trusted);
  const organizations = deployOrganizations(settings.organizations, {
    standings: exchange.standings,
    authority,
    orchestrator,
    namespaceOf,
    memory,
  });
  const requests = entriesOf(organizations, ({ request }) => request);
  return {
    certificates: {
      orchestrator: orchestrator?.certificate,
      organizations: entriesOf(organizations, ({ backend }) => backend?.certificate),
    },
    releases: {
      orchestrator: orchestrator?.release,
      organizations: entriesOf(organizations, ({ backend }) => backend?.release),
    },
    own: {
      ...(server && {
        endpoint: { internal: internalEndpoint(server), external: externalEndpoint(server) },
      }),
      ...(Object.keys(requests).length > 0 && {
        requests: { format: FORMAT, organizations: requests },
      }),
      ...(server &&
        authority &&
        registration && { admissions: admissionsOf(settings, server, authority, registration) }),
    },
  };
}

/** Document that the organizations of other stacks read from this one (see admission.ts). */
function admissionsOf(
  { enrollments }: SubstraSettings,
  orchestrator: OrchestratorSettings,
  authority: CertificateAuthority,
  registration: RegistrationAuthority,
) {
  const external = externalEndpoint(orchestrator);
  return {
    format: FORMAT,
    authorities: publishedAuthorities(authority),
    orchestrator: {
      internal: internalEndpoint(orchestrator),
      ...(external && { external }),
      dnsNames: orchestratorDnsNames(orchestrator),
      ...(orchestrator.ipAddresses.length > 0 && { ipAddresses: orchestrator.ipAddresses }),
      chart: { name: ORCHESTRATOR_CHART.name, version: versionOfChart(orchestrator.chart) },
    },
    organizations: entriesOf(enrollments, (_, mspId) => {
      const issued = registration.certificates.get(mspId);
      const channels = channelsOf(mspId, orchestrator.channels);
      return issued && { certificate: issued.apply(({ certificate }) => certificate), channels };
    }),
  };
}

/** Converts a map to an object, without undefined entries. */
function entriesOf<T, R>(
  map: ReadonlyMap<string, T>,
  of: (entry: T, key: string) => R | undefined,
): Record<string, R> {
  return Object.fromEntries(
    [...map].flatMap(([key, entry]) => {
      const value = of(entry, key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

function policiesOf({ enrollments }: SubstraSettings): Record<string, EnrollmentPolicy> {
  return Object.fromEntries(
    [...enrollments].map(([mspId, { request, ...policy }]) => [
      mspId,
      {
        ...policy,
        source: `enrollments.${mspId}`,
        role: "client",
        tellsTrust: "stack" in request,
      },
    ]),
  );
}

/** Warns of organizations that will refuse the orchestrator's certificate once the signing generation issues it. */
function warnOfDistrust(
  { name, certificatePem }: SigningGeneration,
  trusted: Exchange["trusted"],
): void {
  certificatePem.apply(async (pem) => {
    const { fingerprint } = readCertificate(pem);
    for (const mspId of distrusting(pem, trusted)) {
      await log.warn(
        `${mspId} does not trust CA generation ${name} yet, and its backend will refuse the orchestrator's certificates from that generation. Before that generation signs, ${mspId} must list its fingerprint (SHA-256 ${fingerprint}) in signedBy.trust and run \`pulumi up\``,
      );
    }
  });
}
