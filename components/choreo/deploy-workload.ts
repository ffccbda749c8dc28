import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { output, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { NamespaceHandle } from "../kubernetes";
import type { IssuedCertificate } from "../pki";
import { WORKLOAD } from "./openchoreo";
import type { Component } from "./project";
import { workloadSpec } from "./workload";
import type { WorkloadManifest } from "./workload-manifest";

export interface WorkloadArgs {
  readonly component: Component;
  readonly project: string;
  readonly image: string;
  /** The Workload to extend. @default - none */
  readonly base?: WorkloadManifest | undefined;
  readonly namespace: NamespaceHandle;
  readonly certificate: Output<IssuedCertificate> | undefined;
  readonly caBundlePem: Input<string>;
  /** Name of the SecretReference to the key; undefined if the component has none. */
  readonly keyReference: Output<string> | undefined;
}

/** The objects of a component in the cluster. */
export interface DeployedWorkload {
  /** Name of the Workload. */
  readonly name: string;
  /** Name of the SecretReference to the key, and of the key in the store. */
  readonly keyReference?: string;
}

/** Deploys a component as OpenChoreo's Workload. */
export function deployWorkload(
  name: string,
  args: WorkloadArgs,
  options: CustomResourceOptions,
): Output<DeployedWorkload> {
  const { component, project, image, base, namespace } = args;
  const { certificate, caBundlePem, keyReference } = args;
  new CustomResource(
    `${name}-workload`,
    {
      ...WORKLOAD,
      metadata: { ...base?.metadata, name: component.name, namespace: namespace.ready },
      spec: workloadSpec<Input<string>>(component, {
        project,
        image,
        base,
        keyReference,
        ca: caBundlePem,
        certificate: certificate?.apply((issued) => issued.certificate),
      }),
    },
    options,
  );
  return output({ name: component.name, ...(keyReference && { keyReference }) });
}
