import { createHash } from "node:crypto";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { stated, type Facts } from "../../facts";
import { TlsSecret, caObject, handleOf, type NamespaceInput } from "../kubernetes";
import { versionOfChart, type ChartSource, type ChartValues } from "../kubernetes/helm/chart";
import { deployment, release, type DeployedRelease } from "../kubernetes/helm/release";
import {
  authorityOf,
  certificateName,
  credentialsFacts,
  makeCredentials,
  remembered,
  type AuthorityArgs,
  type CredentialsArgs,
  type IssuedCertificate,
  type LeafPolicy,
} from "../pki";
import { ORCHESTRATOR_CHART, ORCHESTRATOR_GUARDS, caObjectKind } from "./charts";
import { database, type ExternalDatabase } from "./database";
import { ORCHESTRATOR_PARTY, orchestratorDatabaseClients, orchestratorHosts } from "./names";

export interface OrchestratorArgs {
  readonly namespace: NamespaceInput;
  /** Exact name of the Helm release; the Service is named after it. */
  readonly releaseName: string;
  /** Host name of the passthrough ingress. @default - no ingress */
  readonly hostname?: string | undefined;
  /** Additional names that clients dial. @default - none */
  readonly dnsNames?: readonly string[];
  /** IP addresses that clients dial. @default - none */
  readonly ipAddresses?: readonly string[];
  /** The cluster's domain. @default "cluster.local" */
  readonly clusterDomain?: string;
  /** Class of its ingress. @default "nginx" */
  readonly ingressClassName?: string;
  /** Channels by name, with the MSP IDs of their members. */
  readonly channels: Readonly<Record<string, { readonly organizations: readonly string[] }>>;
  readonly authority: AuthorityArgs;
  readonly certificate: LeafPolicy & {
    /** An existing certificate and its key, which are used until the certificate is due for renewal. @default - none */
    readonly existing?: { readonly certificate: string; readonly key: Input<string> };
  };
  /** A database to use instead of the chart's bundled one. @default - the chart's */
  readonly database?: ExternalDatabase | undefined;
  readonly chart: ChartSource;
  /** Values merged over the ones set here. Those that set up mutual TLS cannot be overridden. @default - none */
  readonly values?: ChartValues;
  /** Time limit of an installation or upgrade in seconds. @default 600 */
  readonly timeout?: number;
}

/**
 * The Substra orchestrator with mutual TLS: its identity, the CAs that it trusts for each organization, and its Helm
 * release.
 *
 * It checks that an organization's certificate contains its MSP ID (`verifyClientMSPID`).
 */
export class Orchestrator extends ComponentResource {
  /** The server certificate. */
  readonly certificate: Output<IssuedCertificate>;
  /** The Helm release, once it is deployed. */
  readonly release: Output<DeployedRelease>;
  /** Resource of the Helm release: what waits for it need not depend on everything else that belongs to the server. */
  readonly deployed: Resource;

  constructor(name: string, args: OrchestratorArgs, opts?: ComponentResourceOptions) {
    const authority = authorityOf(args.authority);
    const place = handleOf(args.namespace);
    const channels = Object.entries(args.channels).map(([channel, { organizations: members }]) => ({
      name: channel,
      organizations: members,
    }));
    const organizations = [
      ...new Set(channels.flatMap(({ organizations: members }) => members)),
    ].sort();
    const { existing, ...policy } = args.certificate;
    const credentials: CredentialsArgs = {
      ...policy,
      ...orchestratorHosts({ ...args, namespace: place.name }),
      organization: ORCHESTRATOR_PARTY,
      commonName: args.releaseName,
      existingKey: existing?.key,
      existingCertificate: existing?.certificate,
      issuer: authority.signing,
      role: "both", // the chart's probes present the server's pair as a client
      source: name,
    };
    const facts: Facts = {
      ...credentialsFacts(name, credentials),
      peers: [
        {
          party: ORCHESTRATOR_PARTY,
          source: "orchestrator",
          presents: certificateName(name),
          trusts: authority.generations.map(({ id }) => id),
          dials: [],
          admits: organizations,
        },
      ],
    };
    super("countersign:substra:Orchestrator", name, stated(facts), opts);
    const child = { parent: this };
    const namespace = place.ready;
    const made = makeCredentials(name, credentials, this, {
      identity: `${name}-server`,
    });

    const pair = new TlsSecret(
      `${name}-server-pair`,
      {
        namespace,
        certificatePem: made.chainPem,
        privateKeyPem: made.privateKeyPem,
      },
      child,
    );
    const version = versionOfChart(args.chart);
    const kind = caObjectKind(ORCHESTRATOR_CHART, version);
    const bundle = caObject(
      `${name}-ca-bundle`,
      { kind, namespace, certificatePem: authority.bundlePem },
      child,
    );
    // One object per generation: the server compares key identifiers only with the first certificate of each file.
    const clientCas = authority.generations.map(
      ({ name: generation, certificatePem }) =>
        caObject(`${name}-client-ca-${generation}`, { kind, namespace, certificatePem }, child)
          .metadata.name,
    );

    const deployed = release(
      name,
      {
        releaseName: args.releaseName,
        namespace,
        chart: args.chart,
        timeout: args.timeout ?? 600,
        overrides: args.values ?? {},
        guards: ORCHESTRATOR_GUARDS,
        values: {
          ...database(
            `${name}-database`,
            {
              namespace,
              chart: ORCHESTRATOR_CHART,
              version,
              bundled: "orchestrator",
              external: args.database,
              clients: orchestratorDatabaseClients(args.releaseName),
            },
            child,
          ).values,
          orchestrator: {
            verifyClientMSPID: true,
            tls: {
              enabled: true,
              cacert: bundle.metadata.name,
              secrets: { pair: pair.metadata.name },
              mtls: {
                enabled: true,
                clientCACerts: Object.fromEntries(organizations.map((mspId) => [mspId, clientCas])),
              },
            },
          },
          channels,
          // Pods read the channels only when they start, and the chart's own checksum does not cover them.
          podAnnotations: { "countersign/channels": digest(channels) },
          ingress: {
            enabled: args.hostname !== undefined,
            hostname: args.hostname ?? "",
            ingressClassName: args.ingressClassName ?? "nginx",
          },
        },
      },
      child,
    );

    this.certificate = made.issued;
    this.deployed = deployed;
    this.release = deployment(deployed, args.releaseName, place);
    this.registerOutputs({ release: this.release, ...remembered(credentials, made) });
  }
}

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}
