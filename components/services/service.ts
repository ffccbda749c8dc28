import {
  ComponentResource,
  Output,
  all,
  output,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Input,
  type ProviderResource,
  type Resource,
} from "@pulumi/pulumi";
import { stated, type PeerFacts } from "../../facts";
import { storePassword } from "../kubernetes";
import { contentAnnotation, digestOf, type Workload } from "../kubernetes/workload";
import { isMap, type ChartSource, type ChartValues } from "../kubernetes/helm/chart";
import { release, type DeployedRelease } from "../kubernetes/helm/release";
import { restart } from "../kubernetes/restart";
import type { ClientCredentials, IssuedCertificate, Role } from "../pki";
import { serverMode, type ClientPolicy } from "./client-policy";
import {
  credentialsOf,
  statedBy,
  trustOf,
  trustsSigner,
  type ServiceCredentials,
} from "./credentials";
import { filesOf, hasStore, type FilesChoice, type ServiceFiles } from "./files";
import { blocksOf, caFilesObject, keysSecret } from "./objects";
import { partyOf, sourceOf } from "./party";
import {
  referenceProblem,
  referencesIn,
  resolveReferences,
  type ReferenceContext,
} from "./references";

/** A Helm release that uses a service's objects. */
export interface ServiceRelease {
  /** Exact name of the release. */
  readonly name: string;
  readonly chart: ChartSource;
  /** Values with references such as `<countersign:keys>` (see references.ts). */
  readonly values: ChartValues;
  /** Time limit of an installation or upgrade in seconds. @default 600 */
  readonly timeout?: number | undefined;
}

/** The object with the CAs that several services of a namespace trust. */
export interface SharedCas {
  readonly name: Input<string>;
  readonly object: Resource;
}

export interface ServiceArgs {
  /** Name of the service, its certificate's common name unless another is given. @default - the resource's name */
  readonly service?: string | undefined;
  readonly namespace: Input<string>;
  /** How its certificate is made here; or the certificate that another stack signed, with its key and CAs. */
  readonly credentials: ServiceCredentials;
  /** Use of the certificate. @default "both" */
  readonly role?: Role | undefined;
  /** The files that it reads. @default - `tls.crt` and `tls.key` in a Secret, `ca.crt` in a ConfigMap */
  readonly files?: FilesChoice | undefined;
  /** Password of its stores: printable ASCII, at least 6 characters; secret. @default - generated if it has one */
  readonly storePassword?: Input<string> | undefined;
  /** CAs that it trusts besides those of its credentials, as PEM by name. @default - none */
  readonly otherCas?: Readonly<Record<string, string>> | undefined;
  /** Whether it also trusts the CAs above the authority's, which OpenSSL needs below a root. @default false */
  readonly upToRoot?: boolean | undefined;
  /** The object with these CAs, if services share one. @default - it gets its own */
  readonly sharedCas?: SharedCas | undefined;
  /**
   * Provider that changes objects with exact names in place, as `inPlaceProvider` returns it.
   * @default - these objects are replaced when their content changes
   */
  readonly inPlace?: ProviderResource | undefined;
  /** Policy of its server towards clients. @default - it is no server */
  readonly clients?: ClientPolicy | undefined;
  /** Names of the services that it calls. @default - none */
  readonly calls?: readonly string[] | undefined;
  /** Workloads whose pods are replaced when the files change. @default - none */
  readonly restarts?: readonly Workload[] | undefined;
  /** A release that uses its objects. @default - none */
  readonly release?: ServiceRelease | undefined;
}

/**
 * A service on the cluster: its key, its certificate, the Secret with both, the CAs that it trusts, and what rolls when
 * one of them changes.
 */
export class Service extends ComponentResource {
  static readonly type = "countersign:services:Service";

  readonly certificate: Output<IssuedCertificate>;
  /** Name of the Secret with the certificate and the key. */
  readonly keys: Output<string>;
  /** Name of the object with the CAs. */
  readonly ca: Output<string>;
  /** Digest of the public content of both, for annotations of pods. */
  readonly digest: Output<string>;
  /** The release, once it is deployed; undefined if there is none. */
  readonly release: Output<DeployedRelease> | undefined;

  constructor(name: string, args: ServiceArgs, opts?: ComponentResourceOptions) {
    const { service = name, namespace } = args;
    const { role = "both" } = args;
    const own = statedBy(name, service, role, args.credentials);
    super(Service.type, name, stated({ ...own.facts, peers: [peerOf(service, own, args)] }), opts);
    const child = { parent: this };
    const files = filesOf(args.files ?? {});
    const credentials = credentialsOf(name, service, role, args.credentials, this);
    const password = hasStore(files)
      ? storePassword(`${name}-store-password`, args.storePassword, child)
      : undefined;
    const trusted = trustedBy(args);
    const secret = keysSecret(
      `${name}-keys`,
      namespace,
      files,
      { ...credentials, alias: service, password },
      trusted,
      { ...child, inPlace: args.inPlace },
    );
    const cas = casOf(name, args, files, { trusted, password, secret }, child);
    this.certificate = credentials.issued;
    this.keys = secret.metadata.name;
    this.ca = output(cas.name);
    this.digest = all([credentials.chainPem, trusted]).apply(([chain, pems]) =>
      contentDigest(files, chain, pems),
    );
    const objects = { ...child, dependsOn: [secret, cas.object] };
    for (const workload of args.restarts ?? [])
      restart(
        `${name}-restart-${workload.kind.toLowerCase()}-${workload.name}`,
        { workload, namespace, annotations: { [contentAnnotation(service)]: this.digest } },
        objects,
      );
    this.release = args.release && this.deploy(name, args, args.release, files, objects);
    // What a later update may change is limited by what is deployed.
    this.registerOutputs({
      ...(args.clients !== undefined && { clients: args.clients }),
      ...(presents(args) && { presents: true }),
      ...(this.release && { release: this.release }),
      ...credentials.remembered,
      // Only once these CAs are deployed.
      ...(trustsSigner(args.credentials) && { trustsSigner: this.ca.apply(() => true) }),
    });
  }

  private deploy(
    name: string,
    { namespace, clients }: ServiceArgs,
    { name: releaseName, chart, values, timeout = 600 }: ServiceRelease,
    files: ServiceFiles,
    options: CustomResourceOptions,
  ): Output<DeployedRelease> {
    const context = { files, clients };
    const deployed = release(
      name,
      {
        releaseName,
        namespace,
        chart,
        timeout,
        guards: [],
        overrides: {},
        values: resolved(values, context, { keys: this.keys, ca: this.ca, digest: this.digest }),
      },
      options,
    );
    return all([deployed.status, namespace]).apply(([{ revision }, own]) => ({
      name: releaseName,
      namespace: own,
      revision,
    }));
  }
}

/** Returns a digest of a service's public content. A key changes together with its certificate. */
function contentDigest(files: ServiceFiles, chain: string, trusted: readonly string[]): string {
  return digestOf(files, chain, [...trusted].sort());
}

/** Whether a service presents a certificate to the services that it calls. */
function presents({ role = "both" }: ServiceArgs): boolean {
  return role !== "server";
}

function peerOf(
  service: string,
  { presents: certificate, trusts }: Pick<ClientCredentials, "presents" | "trusts">,
  { calls = [], clients, role }: ServiceArgs,
): PeerFacts {
  return {
    party: partyOf(service),
    source: sourceOf(service),
    presents: certificate,
    trusts: [...trusts],
    dials: calls.map(partyOf),
    ...(calls.length > 0 && role === "server" && { shows: false }),
    ...(clients !== undefined && { serves: serverMode(clients) }),
  };
}

/** Returns the CAs that a service trusts, one PEM block each. */
export function trustedBy({
  credentials,
  otherCas = {},
  upToRoot = false,
}: Pick<ServiceArgs, "credentials" | "otherCas" | "upToRoot">): Output<string[]> {
  return trustOf(credentials, upToRoot).apply((bundle) =>
    blocksOf(bundle, ...Object.values(otherCas)),
  );
}

interface CasContext {
  readonly trusted: Output<readonly string[]>;
  readonly password: Output<string> | undefined;
  readonly secret: Resource & { readonly metadata: Output<{ readonly name: string }> };
}

function casOf(
  name: string,
  { namespace, sharedCas, inPlace }: ServiceArgs,
  { ca }: ServiceFiles,
  { trusted, password, secret }: CasContext,
  options: CustomResourceOptions,
): SharedCas {
  if (ca.object === "keys") return { name: secret.metadata.name, object: secret };
  if (sharedCas) return sharedCas;
  const object = caFilesObject(
    `${name}-ca`,
    { namespace, files: ca, trusted, password },
    { ...options, inPlace },
  );
  return { name: object.metadata.name, object };
}

/** Replaces the references in chart values. Values without one stay as they are, so that previews show them. */
function resolved(
  values: ChartValues,
  context: ReferenceContext,
  names: {
    readonly keys: Output<string>;
    readonly ca: Output<string>;
    readonly digest: Output<string>;
  },
): ChartValues {
  const resolve = (value: unknown): unknown => {
    if (Output.isInstance(value)) return value.apply((known: unknown) => output(resolve(known)));
    if (Array.isArray(value)) return value.map(resolve);
    if (isMap(value))
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolve(each)]));
    const [problem] = referencesIn(value).flatMap((reference) => {
      const found = referenceProblem(reference, context);
      return found === undefined ? [] : [`<countersign:${reference}> ${found}`];
    });
    if (problem !== undefined) throw new Error(problem);
    return referencesIn(value).length === 0
      ? value
      : all([names.keys, names.ca, names.digest]).apply(([keys, ca, digest]) =>
          resolveReferences(value, context, { keys, ca, digest }),
        );
  };
  return resolve(values) as ChartValues;
}
