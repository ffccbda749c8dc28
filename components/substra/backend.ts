import {
  createUrn,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { stated, type Facts, type PeerFacts } from "../../facts";
import { TlsSecret, caObject, handleOf, type NamespaceInput } from "../kubernetes";
import { versionOfChart, type ChartSource, type ChartValues } from "../kubernetes/helm/chart";
import { deployment, release, type DeployedRelease } from "../kubernetes/helm/release";
import { QuietComponent, withoutDependencies } from "../outputs";
import { describe, type ClientCredentialsArgs, type IssuedCertificate } from "../pki";
import { BACKEND_CHART, BACKEND_GUARDS, backendRedraws, caObjectKind } from "./charts";
import {
  credentialsOf,
  statedBy,
  type OwnCredentials,
  type StatedCredentials,
} from "./client-credentials";
import { database, databasePasswordOf, type ExternalDatabase } from "./database";
import { registrySecret, registrySecretOf } from "./derived-secrets";
import { mspIdProblem } from "./msp-id";
import { BACKEND_DATABASE_CLIENTS, ORCHESTRATOR_PARTY } from "./names";

/** Settings of a channel in the backend (chart substra-backend, `orchestrator.channels`). */
export interface ChannelSettings {
  readonly restricted: boolean;
  readonly modelExportEnabled: boolean;
}

export interface BackendArgs {
  /** The organization's MSP ID, which becomes the O of its certificate. */
  readonly mspId: string;
  /** Name of the organization for people. */
  readonly organizationName: string;
  readonly namespace: NamespaceInput;
  /** Exact name of the Helm release. */
  readonly releaseName: string;
  /** Host name of the backend, which it registers with the orchestrator. */
  readonly hostname: string;
  /** Class of its ingress. @default - the cluster's default class */
  readonly ingressClassName?: string | undefined;
  /** Address at which it dials the orchestrator. The host must be in the orchestrator's certificate. */
  readonly orchestrator: {
    readonly host: string;
    readonly port: number;
    readonly sameCluster: boolean;
  };
  /** Channels that list the organization. */
  readonly channels: Readonly<Record<string, ChannelSettings>>;
  /**
   * The organization's certificate and key, and the CAs that it trusts for the orchestrator; or how they are made
   * here.
   */
  readonly credentials: ClientCredentialsArgs | OwnCredentials;
  /**
   * A resource that only the Helm release waits for: without its orchestrator, a backend never becomes ready.
   * @default - nothing, if the orchestrator belongs to another stack
   */
  readonly releaseAfter?: Resource;
  /** A database to use instead of the chart's bundled one. @default - the chart's */
  readonly database?: ExternalDatabase | undefined;
  /** Password of the bundled database; secret. It must never change. @default - it is generated */
  readonly databasePassword?: Input<string>;
  readonly chart: ChartSource;
  /** Values merged over the ones set here. Those that set up mutual TLS cannot be overridden. @default - none */
  readonly values?: ChartValues;
  /** Time limit of an installation or upgrade in seconds. @default 600 */
  readonly timeout?: number;
  /** Resources that only older states have, which stay so that nothing rolls. @default - none */
  readonly former?: FormerResources;
}

/**
 * An organization's Substra backend: its key and certificate if they are made here, the Secrets with its credentials, and
 * its Helm release.
 */
export class Backend extends QuietComponent {
  static readonly type = "countersign:substra:Backend";

  /** The client certificate. */
  readonly certificate: Output<IssuedCertificate>;
  /** The Helm release, once it is deployed. */
  readonly release: Output<DeployedRelease>;

  constructor(name: string, args: BackendArgs, opts?: ComponentResourceOptions) {
    const version = versionOfChart(args.chart);
    const { mspId, credentials } = args;
    super(
      Backend.type,
      name,
      stated(factsOf(args, statedBy(name, mspId, credentials), version)),
      opts,
    );
    const problem = mspIdProblem(mspId);
    if (problem !== undefined) throw new Error(problem);
    const child = { parent: this };
    const { former = {} } = args;
    const issued = createUrn(name, "countersign:substra:IssuedCredentials", opts?.parent);
    const { certificatePem, privateKeyPem, trustPem, remembered } = credentialsOf(
      name,
      mspId,
      credentials,
      this,
      issued,
    );
    const place = handleOf(args.namespace);
    const namespace = place.ready;

    const kind = caObjectKind(BACKEND_CHART, version);
    const isOneSecret = kind === "Secret" && !former.caBundle;
    // The certificate beside the CAs depends on the one that signed it.
    const caPem = isOneSecret ? withoutDependencies(trustPem) : undefined;
    const pair = new TlsSecret(
      `${name}-client-pair`,
      { namespace, certificatePem, privateKeyPem, caPem },
      child,
    );
    const bundle = isOneSecret
      ? pair
      : caObject(caBundleOf(name), { kind, namespace, certificatePem: trustPem }, child);

    const { values, password } = database(
      databaseOf(name),
      {
        namespace,
        chart: BACKEND_CHART,
        version,
        bundled: "substra",
        password: former.databasePassword ? undefined : args.databasePassword,
        external: args.database,
        clients: BACKEND_DATABASE_CLIENTS,
      },
      child,
    );
    const haSharedSecret = registrySecret(
      name,
      former.registrySecret ? undefined : password,
      child,
    );

    const deployed = release(
      name,
      {
        releaseName: args.releaseName,
        namespace,
        chart: args.chart,
        timeout: args.timeout ?? 600,
        overrides: args.values ?? {},
        guards: BACKEND_GUARDS,
        values: {
          ...values,
          organizationName: args.organizationName,
          orchestrator: {
            host: args.orchestrator.host,
            port: args.orchestrator.port,
            sameCluster: args.orchestrator.sameCluster,
            mspID: args.mspId,
            channels: Object.entries(args.channels).map(([channel, settings]) => ({
              [channel]: {
                restricted: settings.restricted,
                model_export_enabled: settings.modelExportEnabled,
              },
            })),
            tls: {
              enabled: true,
              cacert: bundle.metadata.name,
              mtls: { enabled: true, clientCertificate: pair.metadata.name },
            },
          },
          server: {
            defaultDomain: `https://${args.hostname}:443`,
            commonHostDomain: args.hostname.slice(args.hostname.indexOf(".") + 1),
            allowLocalRequests: args.orchestrator.sameCluster,
            ingress: {
              enabled: true,
              hostname: args.hostname,
              ...(args.ingressClassName !== undefined && {
                ingressClassName: args.ingressClassName,
              }),
            },
          },
          config: { ALLOWED_HOSTS: JSON.stringify([args.hostname]) },
          redis: { image: { repository: "bitnamilegacy/redis" } },
          minio: { image: { repository: "bitnamilegacy/minio" } },
          "docker-registry": { secrets: { haSharedSecret } },
        },
      },
      { ...child, ...(args.releaseAfter && { dependsOn: args.releaseAfter }) },
    );

    this.certificate = certificatePem.apply(describe);
    this.release = deployment(deployed, args.releaseName, place);
    // The release is stored in its own resource.
    this.registerOutputs(remembered);
  }
}

function factsOf(
  { mspId, releaseName }: BackendArgs,
  { presents, trusts, facts }: StatedCredentials,
  version: string,
): Facts {
  const redraws = backendRedraws(releaseName, version);
  const peer: PeerFacts = {
    party: mspId,
    source: `organizations.${mspId}`,
    presents,
    trusts: [...trusts],
    dials: [ORCHESTRATOR_PARTY],
  };
  return { ...facts, peers: [peer], ...(redraws.length > 0 && { redraws }) };
}

/** Resources of a backend that only older states have. */
export interface FormerResources {
  /** Whether its CAs are in an object of their own, instead of the Secret with its pair. */
  readonly caBundle?: boolean;
  /** Whether the secret of its registry was generated, instead of derived from the password of its database. */
  readonly registrySecret?: boolean;
  /** Whether the password of its database was generated for it, instead of derived (see DatabasePasswords). */
  readonly databasePassword?: boolean;
}

/**
 * Finds the resources of a backend that only older states have. They stay, so that nothing rolls.
 *
 * @param name name of the backend.
 * @param has whether the state has a resource.
 */
export function formerResources(
  name: string,
  has: (type: string, name: string) => boolean,
): FormerResources {
  const bundle = caBundleOf(name);
  return {
    caBundle: ["Secret", "ConfigMap"].some((kind) => has(`kubernetes:core/v1:${kind}`, bundle)),
    registrySecret: has(PASSWORD, registrySecretOf(name)),
    databasePassword: has(PASSWORD, databasePasswordOf(databaseOf(name))),
  };
}

const PASSWORD = "random:index/randomPassword:RandomPassword";

/** Returns the name of the Secret with the login of a backend's database. */
function databaseOf(name: string): string {
  return `${name}-database`;
}

/** Returns the name of the object with a backend's CAs. */
function caBundleOf(name: string): string {
  return `${name}-ca-bundle`;
}
