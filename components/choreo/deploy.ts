import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import {
  mergeOptions,
  output,
  secret,
  type CustomResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import type { NamespaceHandle } from "../kubernetes";
import type { IssuedCertificate } from "../pki";
import {
  CLUSTER_SECRET_STORE,
  KEY_PROPERTY,
  PUSH_SECRET,
  SECRET_REFERENCE,
  WORKLOAD,
  keyEntryOf,
  type SecretStore,
} from "./openchoreo";
import type { Component } from "./project";
import { workloadSpec, type WorkloadManifest } from "./workload";

interface WorkloadArgs {
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

interface KeyArgs {
  /** Name of the component. */
  readonly component: string;
  /** Namespace of the Workload. */
  readonly namespace: NamespaceHandle;
  readonly store: SecretStore;
  /** Namespace of the Secret with the key; undefined if there is none. */
  readonly secrets: NamespaceHandle | undefined;
  /** The private key; secret. */
  readonly privateKeyPem: Output<string>;
  /** SHA-256 of the key's PEM, hex. */
  readonly keySha256: Output<string>;
}

/** A push that fails does so quickly: either the store answers, or it does not. */
const PUSH_TIMEOUT = "3m";

/**
 * Deploys what brings a key into the data plane: its Secret if the store needs one, the object that writes it into the
 * store, and the SecretReference that the Workload refers to. All have the name of the store's entry, so a new key gets
 * new objects, and the old ones are deleted once the Workload refers to the new ones.
 *
 * @returns the name of the SecretReference, once the key is where it points to.
 */
export function deployKey(
  name: string,
  args: KeyArgs,
  options: CustomResourceOptions,
): Output<string> {
  const { component, namespace, store, secrets, privateKeyPem } = args;
  const entry = args.keySha256.apply((sha256) => keyEntryOf(namespace.name, component, sha256));
  const after = (...dependsOn: Resource[]) => mergeOptions(options, { dependsOn });
  const made: Resource[] = [];
  if (secrets) {
    const metadata = { name: entry, namespace: secrets.ready };
    const stringData = secret({ [KEY_PROPERTY]: privateKeyPem });
    made.push(new Secret(`${name}-key`, { metadata, stringData }, options));
  }
  if (store.kind === "push") {
    const push = pushSecret(entry, namespace, store.name);
    const waiting = { customTimeouts: { create: PUSH_TIMEOUT, update: PUSH_TIMEOUT } };
    made.push(new CustomResource(`${name}-key-push`, push, { ...after(...made), ...waiting }));
  }
  return new CustomResource(
    `${name}-key-reference`,
    {
      ...SECRET_REFERENCE,
      metadata: { name: entry, namespace: namespace.ready },
      spec: {
        template: { type: "Opaque" },
        data: [{ secretKey: KEY_PROPERTY, remoteRef: { key: entry, property: KEY_PROPERTY } }],
      },
    },
    after(...made),
  ).metadata.apply((metadata) => metadata.name);
}

/**
 * Creates the object that pushes a key into the store. When it is deleted, it removes the entry from the store. `up`
 * waits until the store has the key; otherwise a pod would wait for it silently.
 */
function pushSecret(entry: Output<string>, namespace: NamespaceHandle, store: string) {
  const remoteRef = { remoteKey: entry, property: KEY_PROPERTY };
  return {
    ...PUSH_SECRET,
    metadata: {
      name: entry,
      namespace: namespace.ready,
      annotations: { "pulumi.com/waitFor": "condition=Ready" },
    },
    spec: {
      secretStoreRefs: [{ kind: CLUSTER_SECRET_STORE, name: store }],
      selector: { secret: { name: entry } },
      data: [{ match: { secretKey: KEY_PROPERTY, remoteRef } }],
      updatePolicy: "Replace",
      deletionPolicy: "Delete",
    },
  };
}
