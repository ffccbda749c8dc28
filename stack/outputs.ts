import type { Exchange, RegistrationAuthority } from "../components/enrollment";
import type { CertificateAuthority } from "../components/pki";
import type { Choreo } from "../components/choreo";
import type { ChoreoConnect } from "../components/choreo-connect";
import type { Orchestrator } from "../components/substra";
import type { Spinnaker } from "../components/spinnaker";
import { versionOfChart } from "../components/kubernetes/helm";
import { ORCHESTRATOR_CHART } from "../components/substra/charts";
import { channelsOf } from "../components/substra/connection";
import {
  externalEndpoint,
  internalEndpoint,
  orchestratorDnsNames,
} from "../components/substra/names";
import type { OrchestratorSettings, StackConfig } from "../config";
import { FORMAT } from "../enrollment/documents";
import { choreoOutputs, choreoWaiting, entersKeys } from "../systems/choreo/program";
import { choreoConnectOutputs } from "../systems/choreo-connect/program";
import { waitingFor } from "../systems/substra/notices";
import type { DeployedOrganization } from "../systems/substra/program";
import { spinnakerOutputs } from "../systems/spinnaker/program";

interface Deployed {
  readonly config: StackConfig;
  readonly exchange: Exchange;
  readonly authority: CertificateAuthority | undefined;
  readonly orchestrator: Orchestrator | undefined;
  readonly registration: RegistrationAuthority | undefined;
  readonly organizations: ReadonlyMap<string, DeployedOrganization>;
  readonly spinnaker: Spinnaker | undefined;
  readonly choreo: Choreo | undefined;
  readonly choreoConnect: ChoreoConnect | undefined;
}

/**
 * The stack's outputs. Each of them may be read by anybody, as other stacks and `countersign` do, except two, which are secrets:
 * `choreoKeys`, for people who enter a Choreo component's key by hand, and `choreoConnectKeys`, for whoever deploys a
 * gateway or a backend of Choreo Connect outside the cluster, and for `countersign verify` of it.
 */
export function outputsOf({
  config,
  exchange,
  authority,
  orchestrator,
  registration,
  organizations,
  spinnaker,
  choreo,
  choreoConnect,
}: Deployed) {
  const waiting = new Map([...waitingFor(exchange), ...choreoWaiting(config)]);
  const requests = entriesOf(organizations, ({ request }) => request);
  return {
    ...(authority && { caBundle: authority.bundlePem }),
    ...(choreo && authority?.isBelowRoot && { caBundleToRoot: authority.bundleToRootPem }),
    ...(config.orchestrator && {
      endpoint: {
        internal: internalEndpoint(config.orchestrator),
        external: externalEndpoint(config.orchestrator),
      },
    }),
    certificates: {
      authority: authority?.certificates,
      orchestrator: orchestrator?.certificate,
      organizations: entriesOf(organizations, ({ backend }) => backend?.certificate),
      ...(spinnaker && { spinnaker: spinnaker.certificates }),
      ...(choreo && { choreo: choreo.certificates }),
      ...(choreoConnect && {
        choreoConnect: {
          parts: choreoConnect.certificates,
          backends: choreoConnect.backendCertificates,
          tokenCertificate: choreoConnect.tokenCertificatePem,
        },
      }),
    },
    releases: {
      orchestrator: orchestrator?.release,
      organizations: entriesOf(organizations, ({ backend }) => backend?.release),
    },
    ...(config.spinnaker &&
      spinnaker && { spinnaker: spinnakerOutputs(config.spinnaker, spinnaker) }),
    ...(config.choreo && choreo && { choreo: choreoOutputs(config.choreo, choreo) }),
    ...(config.choreo && choreo && entersKeys(config.choreo) && { choreoKeys: choreo.keys }),
    ...(config.choreoConnect &&
      choreoConnect && {
        choreoConnect: choreoConnectOutputs(config.choreoConnect, choreoConnect),
        choreoConnectKeys: choreoConnect.kept,
      }),
    ...(Object.keys(requests).length > 0 && {
      requests: { format: FORMAT, organizations: requests },
    }),
    ...(config.orchestrator &&
      authority &&
      registration && {
        admissions: admissionsOf(config, config.orchestrator, authority, registration),
      }),
    ...(waiting.size > 0 && { waiting: Object.fromEntries(waiting) }),
  };
}

/** What the organizations of other stacks take from this one (see enrollment/documents). */
function admissionsOf(
  { enrollments }: StackConfig,
  orchestrator: OrchestratorSettings,
  { certificates }: CertificateAuthority,
  registration: RegistrationAuthority,
) {
  const external = externalEndpoint(orchestrator);
  return {
    format: FORMAT,
    authorities: certificates.apply((generations) =>
      entriesOf(new Map(Object.entries(generations)), ({ state, certificate }) => ({
        state,
        certificate,
      })),
    ),
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

/** A map as an object, without the entries that there are not. */
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
