import {
  ComponentResource,
  output,
  secret,
  type ComponentResourceOptions,
  type Output,
} from "@pulumi/pulumi";
import { stated, type Facts, type PeerFacts } from "../../facts";
import type { KeyAlgorithm } from "../../x509";
import { handleOf, type NamespaceInput } from "../kubernetes";
import {
  certificateName,
  authorityOf,
  type Authority,
  type AuthorityArgs,
  type IssuedCertificate,
  type LifePolicy,
} from "../pki";
import { ChoreoComponent } from "./component";
import { deployKey, deployWorkload, type DeployedWorkload } from "./deploy";
import type { SecretStore } from "./openchoreo";
import type { PlanRow } from "./plan";
import { partyOf, sourceOf, type Component, type Components } from "./project";
import type { WorkloadManifest } from "./workload";

/** Settings of a component that its description does not determine. */
export interface ComponentMaterial {
  /** Key algorithm. @default "ECDSA-P256" */
  readonly algorithm?: KeyAlgorithm | undefined;
  /** Image of the Workload; required for OpenChoreo. */
  readonly image?: string | undefined;
  /** The Workload to extend. @default - none */
  readonly workload?: WorkloadManifest | undefined;
}

/** Destination of the project: people enter it into Choreo's console, or it is deployed to OpenChoreo. */
export type Target = { readonly kind: "console" } | OpenChoreo;

interface OpenChoreo {
  readonly kind: "openchoreo";
  readonly namespace: NamespaceInput;
  /** Secret store of the data plane. */
  readonly store: SecretStore;
  /** Namespace of the Secrets with keys; undefined if there are none. */
  readonly secrets: NamespaceInput | undefined;
}

export interface ChoreoArgs {
  /** Name of the project. */
  readonly project: string;
  readonly components: Components;
  /** Further settings by component. */
  readonly materials: Readonly<Record<string, ComponentMaterial>>;
  readonly target: Target;
  /** The project's root CA. */
  readonly authority: AuthorityArgs;
  readonly certificate: LifePolicy;
}

/** The components of a Choreo project, with mutual TLS between them. */
export class Choreo extends ComponentResource {
  static readonly type = "countersign:choreo:Choreo";

  /** Certificates by component, of those that have one. */
  readonly certificates: Output<Record<string, IssuedCertificate>>;
  /** Rows to enter into the console, by component. */
  readonly plans: Output<Record<string, PlanRow[]>>;
  /** Private keys by component, of those that have one: PKCS#8 PEM; secret. */
  readonly keys: Output<Record<string, string>>;
  /** Deployed Workloads by component. Empty for the console. */
  readonly workloads: Output<Record<string, DeployedWorkload>>;

  constructor(name: string, args: ChoreoArgs, opts?: ComponentResourceOptions) {
    const { components, target, project } = args;
    const authority = authorityOf(args.authority);
    super(Choreo.type, name, stated(factsOf(name, components, authority)), opts);
    const certificates: Record<string, Output<IssuedCertificate>> = {};
    const keys: Record<string, Output<string>> = {};
    const plans: Record<string, Output<PlanRow[]>> = {};
    const workloads: Record<string, Output<DeployedWorkload>> = {};
    const materials = new Map(Object.entries(args.materials));
    for (const component of components) {
      const { algorithm, image, workload } = materials.get(component.name) ?? {};
      const child = new ChoreoComponent(
        nameOf(name, component.name),
        { ...args.certificate, project, component, authority, algorithm },
        { parent: this },
      );
      const { certificate, privateKeyPem } = child;
      plans[component.name] = child.plan;
      if (certificate) certificates[component.name] = certificate;
      if (privateKeyPem) keys[component.name] = privateKeyPem;
      // A waiting component is not deployed: it would start without its certificate, or call a server that has none.
      if (target.kind === "console" || component.waiting !== undefined) continue;
      workloads[component.name] = deployWorkload(
        nameOf(name, component.name),
        {
          component,
          project,
          certificate,
          image: image ?? "",
          base: workload,
          namespace: handleOf(target.namespace),
          caBundlePem: authority.bundleToRootPem,
          keyReference: keyReference(nameOf(name, component.name), child, component, target),
        },
        { parent: child },
      );
    }
    this.certificates = output(certificates);
    this.plans = output(plans);
    this.keys = secret(output(keys));
    this.workloads = output(workloads);
    // These outputs let a later update warn whoever renames the project about what is deployed. Each private key is
    // stored in its own resource.
    this.registerOutputs({ project, plans: this.plans, workloads: this.workloads });
  }
}

/** Deploys a component's key into the data plane; undefined if it has none. */
function keyReference(
  name: string,
  child: ChoreoComponent,
  { name: component }: Component,
  target: OpenChoreo,
): Output<string> | undefined {
  const { privateKeyPem, keySha256 } = child;
  if (!privateKeyPem || !keySha256) return undefined;
  const { namespace, store, secrets } = target;
  return deployKey(
    name,
    {
      component,
      privateKeyPem,
      keySha256,
      store,
      namespace: handleOf(namespace),
      secrets: secrets === undefined ? undefined : handleOf(secrets),
    },
    { parent: child },
  );
}

/** Name of the resource of a component. */
export function nameOf(choreo: string, component: string): string {
  return `${choreo}-${component}`;
}

function factsOf(name: string, components: Components, authority: Authority): Facts {
  const waiting = components
    .filter((each) => each.waiting !== undefined)
    .map((each) => partyOf(each.name));
  return {
    peers: components
      // One that waits speaks to nobody yet.
      .filter((each) => each.waiting === undefined)
      .map((each) => peerOf(nameOf(name, each.name), each, authority)),
    ...(waiting.length > 0 && { waiting }),
    kind: "component",
  };
}

function peerOf(name: string, component: Component, authority: Authority): PeerFacts {
  const { server, client } = component;
  const trusts = authority.generations.map(({ id }) => id);
  return {
    party: partyOf(component.name),
    source: sourceOf(component.name),
    presents: certificateName(name),
    trusts: component.places.ca ? trusts : [],
    dials: client?.calls.map(({ callee }) => partyOf(callee)) ?? [],
    ...(client && !client.shows && { shows: false }),
    ...(server && { serves: server.clients }),
  };
}
