/**
 * How a key gets into the store from which OpenChoreo's data plane takes it:
 *
 * - External Secrets writes it there, out of a Secret beside the Workload;
 * - the store is Kubernetes itself, and reads the Secrets of a namespace;
 * - people write it, with what `countersign choreo export` gives them.
 */
export type SecretStore =
  | { readonly kind: "push"; readonly name: string }
  | { readonly kind: "kubernetes"; readonly namespace: string }
  | { readonly kind: "manual" };

/** The namespace of the Secrets with the keys; undefined if there are none. */
export function secretsNamespaceOf(store: SecretStore, ofWorkloads: string): string | undefined {
  if (store.kind === "manual") return undefined;
  return store.kind === "kubernetes" ? store.namespace : ofWorkloads;
}
