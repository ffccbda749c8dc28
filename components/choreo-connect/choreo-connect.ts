import {
  ComponentResource,
  Output,
  output,
  secret,
  type ComponentResourceOptions,
  type Input,
} from "@pulumi/pulumi";
import { stated, type Facts, type PeerFacts } from "../../facts";
import type { KeyAlgorithm } from "../../x509";
import { handleOf, storePassword, type NamespaceInput } from "../kubernetes";
import { isMap, mergeValues, type ChartSource, type ChartValues } from "../kubernetes/helm/chart";
import { deployment, release, type DeployedRelease } from "../kubernetes/helm/release";
import {
  certificateName,
  authorityOf,
  type Authority,
  type AuthorityArgs,
  type IssuedCertificate,
  type LifePolicy,
} from "../pki";
import { configTomlProblem } from "./adapter/given-config";
import type { Variable } from "./adapter/variables";
import { hasStore, type Backend, type Gateway } from "./gateway";
import { apiObjects, backendObjects, gatewaySecrets, routerCaObjects } from "./objects";
import { Pair } from "./pair";
import { backendParty, backendSource, partyOf, sourceOf, type Part } from "./party";
import { TokenSigner } from "./token-signer";
import { GUARDS, adapterVariables, chartValues, type SecretNames } from "./values";

/** Deployment with the chart. */
export interface KubernetesTarget {
  readonly kind: "kubernetes";
  readonly namespace: NamespaceInput;
  /** Exact name of the Helm release. The Services are named after it. */
  readonly releaseName: string;
  readonly chart: ChartSource;
  /** Values merged over the ones set here. Those that set up mutual TLS cannot be overridden. @default - none */
  readonly values?: ChartValues;
  /** Time limit of an installation or upgrade in seconds. @default 600 */
  readonly timeout?: number;
  /**
   * The adapter's configuration as a template for the chart; a pair for tokens is added to it.
   * @default - the chart's own
   */
  readonly configToml?: string | undefined;
  /** Whether the enforcer sends signed tokens to backends. @default false */
  readonly backendJwt?: boolean | undefined;
}

/** Files for WSO2's docker-compose distribution, which `countersign choreo-connect export` writes. */
export interface ComposeTarget {
  readonly kind: "compose";
}

export interface ChoreoConnectArgs {
  readonly gateway: Gateway;
  readonly target: KubernetesTarget | ComposeTarget;
  readonly authority: AuthorityArgs;
  readonly certificate: LifePolicy;
  /**
   * Key algorithm of each part. Adapter and enforcer also sign tokens with their keys, which must be RSA for that.
   * @default "RSA-2048"
   */
  readonly algorithms?: Partial<Readonly<Record<Part, KeyAlgorithm | undefined>>>;
  /** Passwords of backends' stores, by backend; secret. @default - generated for backends that have a store */
  readonly storePasswords?: Readonly<Record<string, Input<string>>>;
  /** Namespaces of backends' Secrets, by backend. Backends without one get files. */
  readonly namespaces: Readonly<Record<string, NamespaceInput>>;
}

/** Keys and passwords that no Secret in the cluster contains. */
export interface KeptHere {
  /** Private keys by part, PKCS#8 PEM. */
  readonly parts: Readonly<Record<string, string>>;
  /** Private key that signs tokens, PKCS#8 PEM; only with docker-compose. */
  readonly tokenSigner?: string;
  /** Private keys by backend, PKCS#8 PEM. */
  readonly backends: Readonly<Record<string, string>>;
  /** Passwords of stores, by backend. */
  readonly passwords: Readonly<Record<string, string>>;
}

/**
 * Choreo Connect (chart choreo-connect 1.2.0-2 or its docker-compose distribution) with its own key pairs instead of
 * the public one that it ships, and mutual TLS between its router and the backends.
 *
 * The router shows the same certificate to everybody: to its clients as a server, and to the adapter, the enforcer and
 * every backend as a client.
 */
export class ChoreoConnect extends ComponentResource {
  /** Certificates by part. */
  readonly certificates: Output<Record<string, IssuedCertificate>>;
  /** PEM of the certificate with which backends verify the enforcer's tokens. */
  readonly tokenCertificatePem: Output<string>;
  /** Certificates by backend, of those that are issued here. */
  readonly backendCertificates: Output<Record<string, IssuedCertificate>>;
  /** Names of the gateway's Secrets; undefined with docker-compose. */
  readonly secrets: Output<SecretNames<string>> | undefined;
  /** ConfigMaps with the endpoint certificates of each API project, by its name; only in a cluster. */
  readonly apiObjects: Output<Record<string, string>>;
  /** Keys and passwords that no Secret in the cluster contains; secret. */
  readonly kept: Output<KeptHere>;
  /** The deployed Helm release; undefined with docker-compose. */
  readonly release: Output<DeployedRelease> | undefined;

  constructor(name: string, args: ChoreoConnectArgs, opts?: ComponentResourceOptions) {
    const { gateway, target } = args;
    const authority = authorityOf(args.authority);
    super(
      "countersign:choreo-connect:ChoreoConnect",
      name,
      stated(factsOf(name, gateway, authority)),
      opts,
    );
    const child = { parent: this };
    const parts = this.makeParts(name, args);
    const own = Object.entries(parts);
    this.certificates = output(ofEach(own, ({ certificate }) => certificate));
    const signer = new TokenSigner(`${name}-token-signer`, args.certificate, child);
    this.tokenCertificatePem = signer.certificatePem;

    const namespaces = new Map(
      Object.entries(args.namespaces).map(([backend, given]) => [backend, handleOf(given)]),
    );
    const storePasswords = new Map(Object.entries(args.storePasswords ?? {}));
    const pairs = new Map<string, Pair>();
    const passwords = new Map<string, Output<string>>();
    const routerCas = routerCaObjects(name, gateway, namespaces, authority, child);
    for (const backend of gateway.backends) {
      const prefix = `${name}-backend-${backend.name}`;
      const pair = this.makeBackend(prefix, backend, args);
      if (pair) pairs.set(backend.name, pair);
      const password = hasStore(backend)
        ? storePassword(`${prefix}-store-password`, storePasswords.get(backend.name), child)
        : undefined;
      const namespace = namespaces.get(backend.name);
      if (namespace) {
        const routerCa = routerCas.get(backend.name);
        backendObjects(prefix, { backend, namespace, authority, pair, password, routerCa }, child);
      } else if (password) passwords.set(backend.name, password);
    }
    this.backendCertificates = output(ofEach(pairs, ({ certificate }) => certificate));

    const exported = [...pairs].filter(([backend]) => !namespaces.has(backend));
    this.kept = secret(
      output({
        parts: target.kind === "compose" ? ofEach(own, ({ privateKeyPem }) => privateKeyPem) : {},
        ...(target.kind === "compose" && { tokenSigner: signer.privateKeyPem }),
        backends: ofEach(exported, ({ privateKeyPem }) => privateKeyPem),
        passwords: ofEach(passwords, (password) => password),
      }),
    );

    if (target.kind === "kubernetes") {
      const place = handleOf(target.namespace);
      const namespace = place.ready;
      const secrets = gatewaySecrets(name, { gateway, namespace, authority, parts, signer }, child);
      this.secrets = output(secrets);
      this.apiObjects = apiObjects(name, gateway, authority, place, child);
      const { upstreamTls } = gateway;
      const { configToml, backendJwt = false } = target;
      const problem = configToml === undefined ? undefined : configTomlProblem(configToml);
      if (problem !== undefined) throw new Error(`configToml of "${name}", ${problem}`);
      const variables = adapterVariables({ upstreamTls, configToml });
      this.release = deployment(
        release(
          name,
          {
            releaseName: target.releaseName,
            namespace,
            chart: target.chart,
            timeout: target.timeout ?? 600,
            overrides: withVariables(target.values ?? {}, variables),
            guards: GUARDS,
            values: chartValues({ secrets, backendJwt, configToml, upstreamTls }),
          },
          child,
        ),
        target.releaseName,
        place,
      );
    } else {
      this.secrets = undefined;
      this.apiObjects = output<Record<string, string>>({});
      this.release = undefined;
    }
    // The private keys are not outputs: each is stored in its own resource.
    this.registerOutputs({ release: this.release });
  }

  private makeParts(name: string, args: ChoreoConnectArgs): Record<Part, Pair> {
    const make = (part: Part) =>
      new Pair(
        `${name}-${part}`,
        {
          ...args.certificate,
          commonName: part,
          dnsNames: args.gateway.dnsNames[part],
          role: "both",
          algorithm: args.algorithms?.[part] ?? "RSA-2048",
          authority: args.authority,
          owner: partyOf(part),
          source: sourceOf(part),
        },
        { parent: this },
      );
    return { router: make("router"), enforcer: make("enforcer"), adapter: make("adapter") };
  }

  private makeBackend(
    name: string,
    { name: backend, certificate, dnsNames, ipAddresses }: Backend,
    args: ChoreoConnectArgs,
  ): Pair | undefined {
    if (certificate.kind === "existing") return undefined;
    return new Pair(
      name,
      {
        ...args.certificate,
        commonName: backend,
        dnsNames,
        ipAddresses,
        role: "server",
        algorithm: certificate.algorithm,
        authority: args.authority,
        owner: backendParty(backend),
        source: backendSource(backend),
      },
      { parent: this },
    );
  }
}

/**
 * Appends variables to those in a user's values for the adapter, since a list in the user's values would replace
 * Countersign's.
 */
export function withVariables(overrides: ChartValues, variables: readonly Variable[]): ChartValues {
  const adapter = mapIn(mapIn(mapIn(overrides, "wso2"), "deployment"), "adapter");
  if (!("envOverride" in adapter)) return overrides;
  const behind = (own: unknown): unknown[] => {
    const given: readonly unknown[] = Array.isArray(own) ? own : [];
    return [...given, ...variables];
  };
  const { envOverride: own } = adapter;
  const envOverride = Output.isInstance(own) ? own.apply(behind) : behind(own);
  return mergeValues(overrides, { wso2: { deployment: { adapter: { envOverride } } } });
}

/** Facts about who presents which certificate to whom, for a gateway and its backends. */
function factsOf(name: string, { backends }: Gateway, authority: Authority): Facts {
  const trusts = authority.generations.map(({ id }) => id);
  // For a backend with its own certificate, nothing changes here.
  const ours = backends.filter(({ certificate }) => certificate.kind === "issued");
  const part = (own: Part, dials: readonly string[], serves: PeerFacts["serves"]): PeerFacts => ({
    party: partyOf(own),
    source: sourceOf(own),
    presents: certificateName(`${name}-${own}`),
    trusts,
    dials: [...dials],
    serves,
  });
  const backend = ({ name: own }: Backend): PeerFacts => ({
    party: backendParty(own),
    source: backendSource(own),
    presents: certificateName(`${name}-backend-${own}`),
    trusts,
    dials: [],
    // The certificate is meant for this. Whether the backend asks for one is its own configuration.
    serves: "mutual-tls",
  });
  const called = ours.map((each) => backendParty(each.name));
  return {
    peers: [
      // Clients of the gateway show tokens; client certificates depend on the listener's own settings.
      part("router", [partyOf("adapter"), partyOf("enforcer"), ...called], "tls"),
      part("enforcer", [partyOf("adapter")], "mutual-tls"),
      part("adapter", [], "mutual-tls"),
      ...ours.map(backend),
    ],
  };
}

function ofEach<V, T>(all: Iterable<readonly [string, V]>, of: (each: V) => T): Record<string, T> {
  return Object.fromEntries([...all].map(([name, each]) => [name, of(each)]));
}

function mapIn(values: ChartValues, key: string): ChartValues {
  const found = values[key];
  return isMap(found) ? found : {};
}
