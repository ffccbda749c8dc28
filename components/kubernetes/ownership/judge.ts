import { foreignIn } from "./content";
import { called, type LiveObject, type ObjectRef } from "./object";
import { ADOPTED_BY, MADE_BY, originOf, saysItIsOf } from "./owner";
import type { ClusterObjects } from "./reader";
import type { StateObjects } from "./state";

export interface JudgeOptions {
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
      return `${called(ref)} is not the one that this stack made, which was deleted: it was ${origin}`;
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
