/**
 * How a key gets into the store from which OpenChoreo's data plane reads it:
 *
 * - External Secrets writes it there, from a Secret next to the Workload;
 * - the store is Kubernetes itself, and reads the Secrets of a namespace;
 * - people write it, with the output of `countersign choreo export`.
 */
export type SecretStore =
  | { readonly kind: "push"; readonly name: string }
  | { readonly kind: "kubernetes"; readonly namespace: string }
  | { readonly kind: "manual" };

/** Namespace of the Secrets with keys; undefined if there are none. */
export function secretsNamespaceOf(store: SecretStore, ofWorkloads: string): string | undefined {
  if (store.kind === "manual") return undefined;
  return store.kind === "kubernetes" ? store.namespace : ofWorkloads;
}
