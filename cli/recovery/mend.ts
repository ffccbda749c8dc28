import { realpathSync } from "node:fs";
import { mendRecords, type ClusterChoice, type HelmRelease } from "./helm-records";
import { endOrphanedPlugins } from "./orphans";

/** A stack whose last update was killed, and whose lock has been removed. */
interface KilledUpdate {
  /** The project's folder, which was the working directory of the killed CLI. */
  readonly folder: string;
  /** Cluster of its Helm releases; undefined if it is not known here. */
  readonly cluster: ClusterChoice | undefined;
  /**
   * The next command. A `destroy` removes the objects of a release's newest revision, so the records of releases that
   * Pulumi knows are kept for it.
   */
  readonly next: "up" | "destroy";
  /** Runs `pulumi stack export`, without decrypting anything. */
  readonly exportState: () => Promise<string>;
  /** Runs `pulumi stack import` with such a text. */
  readonly importState: (state: string) => Promise<unknown>;
}

/** An operation on a resource that a killed update may have left half done. */
interface PendingOperation {
  readonly resource: {
    readonly type: string;
    readonly initErrors?: readonly string[];
    readonly inputs?: { readonly name?: string; readonly namespace?: string };
  };
}

/** The part of an exported state that matters here; the rest is imported again unchanged. */
interface State {
  readonly deployment?: {
    readonly pending_operations?: readonly PendingOperation[];
    readonly resources?: readonly PendingOperation["resource"][];
  };
}

const RELEASE_TYPE = "kubernetes:helm.sh/v3:Release";

/** Result of a repair. */
interface Mended {
  /** What was done, one clause per repair. */
  readonly done: readonly string[];
  /**
   * Whether there are releases that the next `up` must upgrade even if their values did not change, because their
   * objects may be those of the killed change. This is noted in the state, where a refresh would overwrite it.
   */
  readonly mustUpgrade: boolean;
}

/**
 * Repairs what a killed update leaves behind, so that the next one can continue: plugins that still run, Helm's records
 * of unfinished installations, upgrades and rollbacks, and the operations that the stack's state lists as pending.
 */
export async function mend(update: KilledUpdate): Promise<Mended> {
  const done: string[] = [];
  if (endOrphanedPlugins(realpathSync(update.folder)) > 0) {
    done.push("ended the plugins and programs that it left running");
  }
  if (update.cluster === undefined) return { done, mustUpgrade: false };
  const state = JSON.parse(await update.exportState()) as State;
  const { pending_operations: pending = [], resources = [] } = state.deployment ?? {};
  const known = releasesOf(resources);
  const unknown = releasesOf(pending.map(({ resource }) => resource)).filter(
    (release) => !known.some((each) => isSame(each, release)),
  );
  const mended = await mendRecords(update.next === "up" ? known : [], unknown, update.cluster);
  for (const { name, namespace } of mended) {
    done.push(`release ${namespace}/${name}: its last change was killed and starts over`);
  }
  const isMended = (resource: PendingOperation["resource"]) =>
    releasesOf([resource]).some((release) => mended.some((each) => isSame(each, release)));
  if (pending.length > 0 || mended.length > 0) {
    const deployment = {
      ...state.deployment,
      // Pulumi would keep them forever, and a later recovery would mistake their releases for unknown ones.
      pending_operations: [],
      resources: resources.map((each) =>
        isMended(each) ? { ...each, initErrors: [KILLED] } : each,
      ),
    };
    await update.importState(JSON.stringify({ ...state, deployment }));
  }
  return { done, mustUpgrade: resources.some(isMended) };
}

/** Init error of a resource, which makes Pulumi update the resource even if its inputs did not change. */
const KILLED = "its last change was killed";

function isSame(one: HelmRelease, other: HelmRelease): boolean {
  return one.name === other.name && one.namespace === other.namespace;
}

function releasesOf(resources: readonly PendingOperation["resource"][]): HelmRelease[] {
  return resources.flatMap(({ type, inputs }) =>
    type === RELEASE_TYPE && inputs?.name !== undefined && inputs.namespace !== undefined
      ? [{ name: inputs.name, namespace: inputs.namespace }]
      : [],
  );
}
