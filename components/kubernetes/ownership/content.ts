import type { LiveObject, Metadata } from "./object";
import { saysItIsOf, type StackIdentity } from "./owner";

/** Objects and releases that a stack owns in a namespace. */
export interface OwnContent {
  readonly stack: StackIdentity;
  /** UIDs of the objects in its state. */
  readonly uids: ReadonlySet<string>;
  /** Names of its Helm releases in the namespace. */
  readonly releases: ReadonlySet<string>;
}

/** ConfigMaps that clusters put into every namespace. */
const OF_THE_CLUSTER = new Set([
  "kube-root-ca.crt",
  "openshift-service-ca.crt",
  "istio-ca-root-cert",
  "linkerd-identity-trust-roots",
]);

/** ServiceAccounts that clusters put into every namespace. */
const ACCOUNTS = new Set(["default", "builder", "deployer", "pipeline"]);

/** Finds objects of a namespace that belong neither to the stack, nor to its releases, nor to the cluster itself. */
export function foreignIn(objects: readonly LiveObject[], own: OwnContent): LiveObject[] {
  return objects.filter((object) => !isOwn(object, own) && !isOfTheCluster(object));
}

function isOwn({ metadata }: LiveObject, { stack, uids, releases }: OwnContent): boolean {
  if (metadata.uid !== undefined && uids.has(metadata.uid)) return true;
  if (saysItIsOf(metadata, stack)) return true;
  // It is deleted with its owner, which is checked itself.
  if ((metadata.ownerReferences ?? []).length > 0) return true;
  // Helm does not write the release's name on hooks. A hook of another release comes with that release's record.
  if (metadata.annotations?.["helm.sh/hook"] !== undefined && releases.size > 0) return true;
  const release = releaseOf(metadata);
  return release !== undefined && releases.has(release);
}

/**
 * Finds the Helm release that an object belongs to, from what Helm or the chart writes on it, or because it is Helm's
 * own record.
 */
export function releaseOf({ labels = {}, annotations = {} }: Metadata): string | undefined {
  return (
    annotations["meta.helm.sh/release-name"] ??
    labels["app.kubernetes.io/instance"] ??
    labels.release ??
    (labels.owner === "helm" ? labels.name : undefined)
  );
}

function isOfTheCluster({ kind, metadata: { name, annotations = {} } }: LiveObject): boolean {
  switch (kind) {
    case "ConfigMap":
      return OF_THE_CLUSTER.has(name);
    case "Secret":
      return "kubernetes.io/service-account.name" in annotations;
    case "ServiceAccount":
      return ACCOUNTS.has(name);
    case "Role":
    case "RoleBinding":
      return name.startsWith("system:");
    default:
      return false;
  }
}
