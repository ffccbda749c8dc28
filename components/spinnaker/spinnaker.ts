import {
  ComponentResource,
  all,
  output,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { stated, type PeerFacts, type ServerMode } from "../../facts";
import type { KeyAlgorithm } from "../../x509";
import { TrustStoreSecret, storePassword, handleOf, type NamespaceInput } from "../kubernetes";
import {
  authorityOf,
  type Authority,
  type AuthorityArgs,
  type IssuedCertificate,
  type LifePolicy,
} from "../pki";
import {
  deployKustomize,
  deployOperator,
  type KustomizeTarget,
  type OperatorTarget,
} from "./deploy";
import { exportedFiles } from "./exported-files";
import type { Installation, Service } from "./installation";
import type { Phase } from "./phase";
import type { SecretNames } from "./profiles";
import { ServiceCredentials } from "./service-credentials";
import { partyOf, sourceOf, type ServiceName } from "./service-table";

/** Halyard deploys; the stack exports files for it. */
interface HalyardTarget {
  readonly kind: "halyard";
}

export type Target = OperatorTarget | KustomizeTarget | HalyardTarget;

/** Key algorithm, password and CAs of one service. */
export interface ServiceMaterial {
  /** Key algorithm. @default "ECDSA-P256" for services in Java, "RSA-2048" for those in Go */
  readonly algorithm?: KeyAlgorithm | undefined;
  /** Password of its key store; secret. @default - a password is generated */
  readonly storePassword?: Input<string> | undefined;
  /** CAs that its clients trust besides Spinnaker's, as PEM by alias. @default - none */
  readonly otherCas?: Readonly<Record<string, string>> | undefined;
}

export interface SpinnakerArgs {
  readonly installation: Installation;
  readonly target: Target;
  readonly namespace: NamespaceInput;
  readonly authority: AuthorityArgs;
  readonly certificate: LifePolicy;
  /** Key algorithm, password and CAs by service. @default - the usual ones */
  readonly services?: Readonly<Partial<Record<ServiceName, ServiceMaterial>>>;
  /** Password of the trust stores; secret. @default - a password is generated */
  readonly trustStorePassword?: Input<string> | undefined;
}

/** Names of a service's Secrets; the names are public. */
interface ServiceSecretNames {
  readonly keys: string;
  readonly trust: string;
  readonly others?: string;
}

/**
 * Spinnaker's services with mutual TLS among them: a certificate for each, the Secrets in the form that each reads, and
 * the configuration of one target that makes them use these.
 */
export class Spinnaker extends ComponentResource {
  static readonly type = "countersign:spinnaker:Spinnaker";

  /** Certificates by service. */
  readonly certificates: Output<Record<string, IssuedCertificate>>;
  /** Names of the Secrets by service. */
  readonly secrets: Output<Record<string, ServiceSecretNames>>;
  /** Phase of each service, once it is deployed. */
  readonly phases: Output<Record<string, Phase>>;
  /** Configuration as files by path, for whoever deploys it in another way; without secrets. */
  readonly files: Output<Record<string, string>>;

  constructor(name: string, args: SpinnakerArgs, opts?: ComponentResourceOptions) {
    const { installation } = args;
    const authority = authorityOf(args.authority);
    const { services } = installation;
    super(
      Spinnaker.type,
      name,
      stated({ peers: services.map((service) => peerOf(name, service, authority)) }),
      opts,
    );
    const child = { parent: this };
    const namespace = handleOf(args.namespace).ready;

    const trustPassword = storePassword(`${name}-trust-password`, args.trustStorePassword, child);
    const generations = Object.fromEntries(
      authority.generations.map((each) => [each.name, each.certificatePem]),
    );
    const trusting = (part: string, certificates: Record<string, Input<string>>) =>
      new TrustStoreSecret(
        `${name}-${part}`,
        { namespace, certificates, password: trustPassword },
        child,
      );
    const trust = trusting("trust", generations);

    const secrets = new Map<ServiceName, Output<ServiceSecretNames>>();
    const certificates: Record<string, Output<IssuedCertificate>> = {};
    for (const service of services) {
      const material = args.services?.[service.name];
      const credentials = new ServiceCredentials(
        `${name}-${service.name}`,
        {
          ...args.certificate,
          service,
          namespace,
          issuer: authority.signing,
          algorithm: material?.algorithm ?? usualAlgorithm(service),
          storePassword: material?.storePassword,
        },
        child,
      );
      certificates[service.name] = credentials.certificate;
      const others =
        service.trustsOthers && material?.otherCas
          ? trusting(`${service.name}-others`, { ...material.otherCas, ...generations })
          : undefined;
      secrets.set(
        service.name,
        output({
          keys: credentials.secret.metadata.name,
          trust: trust.metadata.name,
          ...(others && { others: others.metadata.name }),
        }),
      );
    }
    this.certificates = output(certificates);
    this.secrets = output(Object.fromEntries(secrets));

    const names: Output<SecretNames> = this.secrets.apply(
      (known) =>
        new Map(
          services.map(({ name: service }) => {
            const own = known[service];
            return [
              service,
              { keys: own?.keys ?? "", trust: own?.trust ?? "", others: own?.others },
            ];
          }),
        ),
    );
    const deployed = this.deploy(name, args, names, child);
    const phases = Object.fromEntries(services.map(({ name: service, phase }) => [service, phase]));
    this.phases = all([deployed, this.secrets]).apply(() => phases);
    this.files = names.apply((known) => exportedFiles(args.target, installation, known));
    const silent = services
      .filter(({ clientCertificate }) => !clientCertificate)
      .map(({ name: service }) => service);
    // State that limits what a later update may change. The Secrets are stored in their own resources.
    this.registerOutputs({ phases: this.phases, silent });
  }

  private deploy(
    name: string,
    { target, installation, namespace }: SpinnakerArgs,
    names: Output<SecretNames>,
    child: CustomResourceOptions,
  ): Output<Resource | undefined> {
    const place = handleOf(namespace);
    if (target.kind === "operator") {
      return deployOperator(`${name}-service`, target, installation, place, names, child);
    }
    if (target.kind === "kustomize" && target.directory !== undefined) {
      return deployKustomize(name, target.directory, installation, place, names, child);
    }
    return output(undefined);
  }
}

/**
 * Returns the default algorithm: RSA for services in Go, which read nothing else, and otherwise the fastest that every
 * Java since 11 reads.
 */
export function usualAlgorithm({ language }: Pick<Service, "language">): KeyAlgorithm {
  return language === "go" ? "RSA-2048" : "ECDSA-P256";
}

const SERVES: Readonly<Record<Phase, ServerMode>> = {
  prepare: "plain",
  tls: "tls",
  want: "mutual-tls-optional",
  need: "mutual-tls",
};

function peerOf(name: string, service: Service, authority: Authority): PeerFacts {
  return {
    party: partyOf(service.name),
    source: sourceOf(service.name),
    presents: `${name}-${service.name}-certificate`,
    trusts: authority.generations.map(({ id }) => id),
    dials: service.calls.map(partyOf),
    ...(!service.clientCertificate && { shows: false }),
    serves: SERVES[service.phase],
  };
}
