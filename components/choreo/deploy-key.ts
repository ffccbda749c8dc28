import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import {
  mergeOptions,
  secret,
  type CustomResourceOptions,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import type { NamespaceHandle } from "../kubernetes";
import {
  CLUSTER_SECRET_STORE,
  KEY_PROPERTY,
  PUSH_SECRET,
  SECRET_REFERENCE,
  keyEntryOf,
} from "./openchoreo";
import type { SecretStore } from "./secret-store";

export interface KeyArgs {
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
