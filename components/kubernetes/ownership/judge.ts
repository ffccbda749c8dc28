import {
  ADOPTED_BY,
  MADE_BY,
  called,
  originOf,
  saysItIsOf,
  type LiveObject,
  type Metadata,
  type ObjectRef,
  type StackIdentity,
} from "./object";
import type { ClusterObjects } from "./reader";
import type { StateObjects } from "./state";

interface JudgeOptions {
  readonly state: StateObjects;
  /** Opens the cluster when it must be queried. @throws Error if there is none. */
  readonly open: () => Promise<ClusterObjects>;
  readonly preview: boolean;
}

/**
 * Decides who owns objects. The stack's own objects are those in its state, those that bear its mark, and those that a
 * person handed over to it.
 */
export class Judge {
  private readonly judged = new Map<string, Promise<string | undefined>>();
  private cluster: Promise<ClusterObjects> | undefined;

  constructor(private readonly options: JudgeOptions) {}

  /**
   * Checks whether an existing object prevents this one from being created.
   *
   * @returns why it must not be created, as a sentence without its end; undefined if it may be created.
   * @throws ClusterUnreadable if that cannot be determined.
   */
  problem(ref: ObjectRef): Promise<string | undefined> {
    const { apiVersion, kind, namespace = "", name } = ref;
    const key = [apiVersion, kind, namespace, name].join(" ");
    const known = this.judged.get(key) ?? this.judge(ref);
    this.judged.set(key, known);
    return known;
  }

  private async judge(ref: ObjectRef): Promise<string | undefined> {
    const { state, preview } = this.options;
    const isStored = state.has(ref);
    // Loading the client takes a second, which a preview without new objects can save.
    if (isStored && preview) return undefined;
    const live = await this.find(ref);
    if (live === undefined || this.isOwn(ref, live)) return undefined;
    const origin = originOf(live.metadata);
    if (isStored) {
      return `${called(ref)} is not the one that this stack created, which was deleted: it was ${origin}`;
    }
    const going = live.metadata.deletionTimestamp !== undefined ? ", and is being deleted" : "";
    return `${called(ref)} already exists and does not belong to this stack: it was ${origin}${going}`;
  }

  /** Checks whether an existing Helm release prevents this one; undefined if not. Helm refuses it too, but later. */
  async releaseProblem(namespace: string, name: string): Promise<string | undefined> {
    if (this.options.state.hasRelease(namespace, name)) return undefined;
    const cluster = await this.open();
    const [record] = await cluster.releaseRecords(namespace, name);
    if (record === undefined) return undefined;
    const { status = "unknown", version = "?" } = record.metadata.labels ?? {};
    return `Helm release "${name}" in namespace "${namespace}" already exists and does not belong to this stack (revision ${version}, ${status})`;
  }

  async find(ref: ObjectRef): Promise<LiveObject | undefined> {
    return (await this.open()).find(ref);
  }

  isOwn(ref: ObjectRef, live: LiveObject): boolean {
    const { state } = this.options;
    return state.hasObject(ref, live) || saysItIsOf(live.metadata, state.stack);
  }

  /**
   * Finds objects in a namespace that belong neither to the stack nor to the cluster itself.
   *
   * @param whole whether to search for every kind of object.
   * @throws ClusterUnreadable
   */
  async foreignIn(namespace: string, whole: boolean): Promise<LiveObject[]> {
    const { state } = this.options;
    const content = await (await this.open()).contentOf(namespace, whole);
    const releases = state.releasesIn(namespace);
    return foreignIn(content, { stack: state.stack, uids: state.uids, releases });
  }

  private open(): Promise<ClusterObjects> {
    this.cluster ??= this.options.open();
    return this.cluster;
  }
}

/** The command with which a person hands an object over to a stack. */
export function adoption({ kind, namespace, name }: ObjectRef, fullName: string): string {
  const where = namespace === undefined ? "" : `-n ${namespace} `;
  return `kubectl ${where}annotate ${kind.toLowerCase()} ${name} ${MADE_BY}- ${ADOPTED_BY}=${fullName}`;
}

/** Objects and releases that a stack owns in a namespace. */
interface OwnContent {
  readonly stack: StackIdentity;
  /** UIDs of the objects in its state. */
  readonly uids: ReadonlySet<string>;
  /** Names of its Helm releases in the namespace. */
  readonly releases: ReadonlySet<string>;
}

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
function releaseOf({ labels = {}, annotations = {} }: Metadata): string | undefined {
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

/** ConfigMaps that clusters put into every namespace. */
const OF_THE_CLUSTER = new Set([
  "kube-root-ca.crt",
  "openshift-service-ca.crt",
  "istio-ca-root-cert",
  "linkerd-identity-trust-roots",
]);

/** ServiceAccounts that clusters put into every namespace. */
const ACCOUNTS = new Set(["default", "builder", "deployer", "pipeline"]);
