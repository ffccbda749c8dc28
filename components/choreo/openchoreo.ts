/**
 * Beliefs about OpenChoreo (openchoreo/openchoreo), each read in v0.15.0, v0.17.0, v1.0.0, v1.1.6 and v1.2.3. Their
 * definitions of Workload and SecretReference, and their renderer with the ComponentType `service` that they install,
 * were run with the objects that are written here.
 *
 * - `value` and `valueFrom` of a file or variable exclude each other (api/v1alpha1/workload_types.go). The fields
 *   written here have had their names since 1.0: `secretKeyRef` was `secretRef` before, and `container` was
 *   `containers` before 0.16.
 * - `secretKeyRef` names a SecretReference in the Workload's namespace, never a Secret
 *   (internal/controller/releasebinding). From it, OpenChoreo creates an ExternalSecret for the ClusterSecretStore that
 *   the data plane names (samples/getting-started/component-types).
 * - A Component has exactly one Workload (internal/controller/component). With `autoDeploy`, a changed Workload is a
 *   new release in the first environment; the others keep theirs until somebody promotes it.
 * - A changed file or variable replaces the pod: since 0.14, the template of Deployments and StatefulSets contains a
 *   hash of everything else that is rendered, `openchoreo.dev/dp-resource-hash`
 *   (internal/pipeline/component/pipeline.go).
 * - Since 1.2, the Secret for a `secretKeyRef` has another name if the entry in the store does (context/derived.go).
 *   Before, a new pod may find the old content, as the name depends only on the file's.
 */
const OPENCHOREO = "openchoreo.dev/v1alpha1";

/** The oldest release that reads these objects. */
export const OLDEST_OPENCHOREO = "1.0";

export const WORKLOAD = { apiVersion: OPENCHOREO, kind: "Workload" } as const;
export const WORKLOADS = "workloads";

/** Plural names of the kinds that OpenChoreo derives from a Workload: its releases, and the release of each environment. */
export const COMPONENT_RELEASES = "componentreleases";
export const RELEASE_BINDINGS = "releasebindings";

export const SECRET_REFERENCE = { apiVersion: OPENCHOREO, kind: "SecretReference" } as const;
export const SECRET_REFERENCES = "secretreferences";

/**
 * The object that writes a Secret into a store (external-secrets/external-secrets,
 * apis/externalsecrets/v1alpha1/pushsecret_types.go). OpenChoreo's own API has used it since 1.1
 * (internal/openchoreo-api/services/secret).
 */
export const PUSH_SECRET = {
  apiVersion: "external-secrets.io/v1alpha1",
  kind: "PushSecret",
} as const;
export const PUSH_SECRETS = "pushsecrets";
export const CLUSTER_SECRET_STORE = "ClusterSecretStore";

/**
 * The store that OpenChoreo installs: OpenBao, which External Secrets may write to since 0.17
 * (install/prerequisites/openbao/setup.sh).
 */
export const USUAL_STORE = "default";

/**
 * Name of the key within its Secret, its SecretReference and its entry in the store. It has no dots, as some providers
 * read them as a path.
 */
export const KEY_PROPERTY = "key";

const LETTERS_OF_HASH = 8;

/**
 * Name of a key in a store, and of the objects that bring it there and from there. It changes with the key, so that
 * releases with either key find theirs, and contains only characters that all providers of External Secrets allow.
 *
 * @param sha256 SHA-256 of the key's PEM, hex.
 */
export function keyEntryOf(namespace: string, component: string, sha256: string): string {
  return `${namespace}-${component}-key-${sha256.slice(0, LETTERS_OF_HASH)}`;
}

/**
 * Whether OpenChoreo would render two files of a container into one object. The names of ConfigMaps, and before 1.2
 * those of Secrets, contain the file's name without its folder, with "-" in place of "." (generateConfigResourceName in
 * internal/pipeline/component/context).
 */
export function sharesObject(one: string, other: string): boolean {
  const nameOf = (file: string) => file.replaceAll(".", "-");
  return nameOf(one) === nameOf(other);
}

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
