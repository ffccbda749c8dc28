import {
  ComponentResource,
  output,
  secret,
  type ComponentResourceOptions,
  type Output,
} from "@pulumi/pulumi";
import type { Facts, PeerFacts } from "../../facts";
import type { KeyAlgorithm } from "../../x509";
import type { NamespaceHandle } from "../kubernetes";
import type { CertificateAuthority, IssuedCertificate, LifePolicy } from "../pki";
import { ChoreoComponent, certificateName } from "./component";
import { deployKey } from "./deploy-key";
import { deployWorkload, type DeployedWorkload } from "./deploy-workload";
import { partyOf, sourceOf } from "./party";
import type { PlanRow } from "./plan";
import type { Component, Components } from "./project";
import type { SecretStore } from "./secret-store";
import type { WorkloadManifest } from "./workload-manifest";

/** What is made of a component besides what follows from its description. */
export interface ComponentMaterial {
  /** @default "ECDSA-P256" */
  readonly algorithm?: KeyAlgorithm | undefined;
  /** What a Workload runs; required for OpenChoreo. */
  readonly image?: string | undefined;
  /** The Workload to which ours is added. @default - none */
  readonly workload?: WorkloadManifest | undefined;
}

/** People enter it into Choreo's console, or it is deployed to an OpenChoreo. */
export type Target = { readonly kind: "console" } | OpenChoreo;

export interface OpenChoreo {
  readonly kind: "openchoreo";
  readonly namespace: NamespaceHandle;
  /** The data plane's. */
  readonly store: SecretStore;
  /** Of the Secrets with keys; undefined if there are none. */
  readonly secrets: NamespaceHandle | undefined;
}

export interface ChoreoArgs {
  /** Name of the project. */
  readonly project: string;
  readonly components: Components;
  readonly materials: ReadonlyMap<string, ComponentMaterial>;
  readonly target: Target;
  /** The project's root CA. */
  readonly authority: CertificateAuthority;
  readonly certificate: LifePolicy;
}

/** The components of a Choreo project, with mutual TLS between them. */
export class Choreo extends ComponentResource {
  static readonly type = "countersign:choreo:Choreo";

  /** By component, of those that have one. */
  readonly certificates: Output<Record<string, IssuedCertificate>>;
  /** By component: what is to be entered into the console. */
  readonly plans: Output<Record<string, PlanRow[]>>;
  /** By component, of those that have one: PKCS#8 PEM; secret. */
  readonly keys: Output<Record<string, string>>;
  /** By component: what is in the cluster. Empty for the console. */
  readonly workloads: Output<Record<string, DeployedWorkload>>;

  constructor(name: string, args: ChoreoArgs, options?: ComponentResourceOptions) {
    const { components, authority, target, project } = args;
    super(Choreo.type, name, factsOf(name, components, authority), options);
    const certificates: Record<string, Output<IssuedCertificate>> = {};
    const keys: Record<string, Output<string>> = {};
    const plans: Record<string, Output<PlanRow[]>> = {};
    const workloads: Record<string, Output<DeployedWorkload>> = {};
    for (const component of components.values()) {
      const { algorithm, image, workload } = args.materials.get(component.name) ?? {};
      const child = new ChoreoComponent(
        nameOf(name, component.name),
        { ...args.certificate, project, component, authority, algorithm },
        { parent: this },
      );
      const { certificate, privateKeyPem } = child;
      plans[component.name] = child.plan;
      if (certificate) certificates[component.name] = certificate;
      if (privateKeyPem) keys[component.name] = privateKeyPem;
      // What waits is not deployed: it would start without its certificate, or call a server that has none.
      if (target.kind === "console" || component.waiting !== undefined) continue;
      workloads[component.name] = deployWorkload(
        nameOf(name, component.name),
        {
          ...{ component, project, certificate, image: image ?? "", base: workload },
          ...{ namespace: target.namespace, caBundlePem: authority.bundleToRootPem },
          keyReference: keyReference(nameOf(name, component.name), child, component, target),
        },
        { parent: child },
      );
    }
    this.certificates = output(certificates);
    this.plans = output(plans);
    this.keys = secret(output(keys));
    this.workloads = output(workloads);
    // Whoever renames the project later is told what is deployed. The keys are left out: each stands in its own resource.
    this.registerOutputs({ project, plans: this.plans, workloads: this.workloads });
  }
}

/** The way of a component's key into the data plane; undefined if it has none. */
function keyReference(
  name: string,
  child: ChoreoComponent,
  { name: component }: Component,
  target: OpenChoreo,
): Output<string> | undefined {
  const { privateKeyPem, keySha256 } = child;
  if (!privateKeyPem || !keySha256) return undefined;
  return deployKey(name, { ...target, component, privateKeyPem, keySha256 }, { parent: child });
}

/** Name of the resource of a component. */
export function nameOf(choreo: string, component: string): string {
  return `${choreo}-${component}`;
}

function factsOf(name: string, components: Components, authority: CertificateAuthority): Facts {
  const all = [...components.values()];
  const waiting = all
    .filter((each) => each.waiting !== undefined)
    .map((each) => partyOf(each.name));
  return {
    peers: all
      // One that waits speaks to nobody yet.
      .filter((each) => each.waiting === undefined)
      .map((each) => peerOf(nameOf(name, each.name), each, authority)),
    ...(waiting.length > 0 && { waiting }),
    kind: "component",
  };
}

function peerOf(name: string, component: Component, authority: CertificateAuthority): PeerFacts {
  const { server, client } = component;
  const trusts = authority.generations.map(({ id }) => id);
  return {
    party: partyOf(component.name),
    source: sourceOf(component.name),
    presents: certificateName(name),
    trusts: component.places.has("ca") ? trusts : [],
    dials: client?.calls.map(({ callee }) => partyOf(callee)) ?? [],
    ...(client && !client.shows && { shows: false }),
    ...(server && { serves: server.clients }),
  };
}
