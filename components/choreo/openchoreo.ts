/**
 * Beliefs about OpenChoreo (openchoreo/openchoreo), each read at v0.15.0, v0.17.0, v1.0.0, v1.1.6 and v1.2.3. Their
 * definitions of Workload and SecretReference, and their renderer with the ComponentType `service` that they install, were
 * run with what we write.
 *
 * - `value` and `valueFrom` of a file or variable exclude each other (api/v1alpha1/workload_types.go). The fields that we
 *   write have their names since 1.0: `secretKeyRef` was `secretRef` before, and `container` was `containers` before 0.16.
 * - `secretKeyRef` names a SecretReference in the Workload's namespace, never a Secret (internal/controller/releasebinding).
 *   Of that, an ExternalSecret is made for the ClusterSecretStore that the data plane names
 *   (samples/getting-started/component-types).
 * - A Component has exactly one Workload (internal/controller/component). With `autoDeploy`, a change of it is a new release
 *   in the first environment; the others have theirs until somebody promotes it.
 * - A file or variable that changes is a pod that is replaced: the template of Deployments and StatefulSets has a hash of
 *   all else that is rendered, `openchoreo.dev/dp-resource-hash`, since 0.14 (internal/pipeline/component/pipeline.go).
 * - The Secret for a `secretKeyRef` has another name for another entry of the store since 1.2 (context/derived.go); before,
 *   a new pod may find the old content, as the name follows from the file's alone.
 */
const OPENCHOREO = "openchoreo.dev/v1alpha1";

/** The oldest release that reads what we write. */
export const OLDEST_OPENCHOREO = "1.0";

export const WORKLOAD = { apiVersion: OPENCHOREO, kind: "Workload" } as const;
export const WORKLOADS = "workloads";

/** Plurals of what OpenChoreo makes of a Workload: releases of it, and which one each environment has. */
export const COMPONENT_RELEASES = "componentreleases";
export const RELEASE_BINDINGS = "releasebindings";

export const SECRET_REFERENCE = { apiVersion: OPENCHOREO, kind: "SecretReference" } as const;
export const SECRET_REFERENCES = "secretreferences";

/**
 * What writes a Secret into a store (external-secrets/external-secrets, apis/externalsecrets/v1alpha1/pushsecret_types.go).
 * OpenChoreo's own API does so since 1.1 (internal/openchoreo-api/services/secret).
 */
export const PUSH_SECRET = {
  apiVersion: "external-secrets.io/v1alpha1",
  kind: "PushSecret",
} as const;
export const PUSH_SECRETS = "pushsecrets";
export const CLUSTER_SECRET_STORE = "ClusterSecretStore";

/**
 * The store that OpenChoreo installs: OpenBao, into which External Secrets may write since 0.17
 * (install/prerequisites/openbao/setup.sh).
 */
export const USUAL_STORE = "default";

/**
 * Where a key stands within its Secret, its SecretReference and its entry of the store. Without dots, as some providers read
 * them as a path.
 */
export const KEY_PROPERTY = "key";

const LETTERS_OF_HASH = 8;

/**
 * Name of a key in a store, and of the objects by which it gets there and from there. It changes with the key, so that
 * releases with either find theirs, and consists of what every provider of External Secrets allows.
 *
 * @param sha256 of the key's PEM, hex.
 */
export function keyEntryOf(namespace: string, component: string, sha256: string): string {
  return `${namespace}-${component}-key-${sha256.slice(0, LETTERS_OF_HASH)}`;
}

/**
 * Whether two files of a container would become one object: ConfigMaps, and before 1.2 Secrets, are named by the file's name
 * without its folder, and "." is "-" in it (generateConfigResourceName in internal/pipeline/component/context).
 */
export function sharesObject(one: string, other: string): boolean {
  const nameOf = (file: string) => file.replaceAll(".", "-");
  return nameOf(one) === nameOf(other);
}
