import type { LiveObject, Metadata } from "./object";
import { saysItIsOf, type StackIdentity } from "./owner";

/** What a stack has in a namespace. */
export interface OwnContent {
  readonly stack: StackIdentity;
  /** Of the objects in its state. */
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

/** Objects of a namespace that are neither the stack's, nor its releases', nor the cluster's own. */
export function foreignIn(objects: readonly LiveObject[], own: OwnContent): LiveObject[] {
  return objects.filter((object) => !isOwn(object, own) && !isOfTheCluster(object));
}

function isOwn({ metadata }: LiveObject, { stack, uids, releases }: OwnContent): boolean {
  if (metadata.uid !== undefined && uids.has(metadata.uid)) return true;
  if (saysItIsOf(metadata, stack)) return true;
  // It goes with its owner, which is judged itself.
  if ((metadata.ownerReferences ?? []).length > 0) return true;
  // Helm writes no release's name on hooks. One of another release has that release's record beside it.
  if (metadata.annotations?.["helm.sh/hook"] !== undefined && releases.size > 0) return true;
  const release = releaseOf(metadata);
  return release !== undefined && releases.has(release);
}

/** The Helm release that an object belongs to, by what Helm writes on it or charts do, and as Helm's own record. */
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
