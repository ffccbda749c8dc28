import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import {
  output,
  secret,
  type CustomResourceOptions,
  type Input,
  type Output,
} from "@pulumi/pulumi";
import type { NamespaceHandle } from "../kubernetes";
import type { IssuedCertificate } from "../pki";
import type { Component } from "./project";
import { keyNameOf, workloadSpec } from "./workload";
import { WORKLOAD, type WorkloadManifest } from "./workload-manifest";

export interface WorkloadArgs {
  readonly component: Component;
  readonly project: string;
  readonly image: string;
  /** What it is added to. @default - nothing */
  readonly base?: WorkloadManifest | undefined;
  readonly namespace: NamespaceHandle;
  readonly certificate: Output<IssuedCertificate> | undefined;
  readonly caBundlePem: Input<string>;
  /** Secret; undefined if the component has none. */
  readonly privateKeyPem: Output<string> | undefined;
}

/** What of a component is in the cluster. */
export interface DeployedWorkload {
  /** Name of the Workload. */
  readonly name: string;
  /** Name of the Secret with the key. */
  readonly keySecret?: string;
}

/**
 * Deploys a component as OpenChoreo's Workload, and its key as a Secret beside it. The Secret is named by Pulumi: a new
 * key has a new name, so that the Workload changes with it, and the old one goes when it has.
 */
export function deployWorkload(
  name: string,
  args: WorkloadArgs,
  options: CustomResourceOptions,
): Output<DeployedWorkload> {
  const { component, project, image, base, namespace } = args;
  const { certificate, caBundlePem, privateKeyPem } = args;
  const keySecret =
    privateKeyPem &&
    new Secret(
      `${name}-key`,
      {
        metadata: { namespace: namespace.ready },
        stringData: secret({ [keyNameOf(component)]: privateKeyPem }),
      },
      options,
    ).metadata.name;
  new CustomResource(
    `${name}-workload`,
    {
      ...WORKLOAD,
      metadata: { ...base?.metadata, name: component.name, namespace: namespace.ready },
      spec: workloadSpec<Input<string>>(component, {
        ...{ project, image, base, keySecret, ca: caBundlePem },
        certificate: certificate?.apply((issued) => issued.certificate),
      }),
    },
    options,
  );
  return output({ name: component.name, ...(keySecret && { keySecret }) });
}
