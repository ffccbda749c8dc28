import { realpathSync } from "node:fs";
import { mendRecords, type ClusterChoice, type HelmRelease } from "./helm-records";
import { endOrphanedPlugins } from "./orphans";

/** A stack whose last update was killed, and whose lock is gone. */
export interface KilledUpdate {
  /** The project's folder, in which the killed CLI worked. */
  readonly folder: string;
  /** Where its Helm releases are; undefined if that is not known here. */
  readonly cluster: ClusterChoice | undefined;
  /**
   * What is done next. A `destroy` removes the objects of a release's newest revision, so it keeps the records of releases
   * that Pulumi knows.
   */
  readonly next: "up" | "destroy";
  /** `pulumi stack export`, without decrypting anything. */
  readonly exportState: () => Promise<string>;
  /** `pulumi stack import` of such a text. */
  readonly importState: (state: string) => Promise<unknown>;
}

/** What a killed update may have left half done, by the type of its resource. */
interface PendingOperation {
  readonly resource: {
    readonly type: string;
    readonly initErrors?: readonly string[];
    readonly inputs?: { readonly name?: string; readonly namespace?: string };
  };
}

/** The part of an exported state that matters here; the rest is handed back as it is. */
interface State {
  readonly deployment?: {
    readonly pending_operations?: readonly PendingOperation[];
    readonly resources?: readonly PendingOperation["resource"][];
  };
}

const RELEASE_TYPE = "kubernetes:helm.sh/v3:Release";

/** What was mended. */
export interface Mended {
  /** A clause for each thing. */
  readonly done: readonly string[];
  /**
   * Whether there are releases that the next `up` has to upgrade even if their values did not change, as their objects may
   * be those of the change that was killed. The state says so, which a refresh would overwrite.
   */
  readonly mustUpgrade: boolean;
}

/**
 * Mends what an update leaves that was killed, so that the next one goes on: plugins that still run, Helm's records of
 * installations, upgrades and rollbacks that never ended, and the note of them in the stack's state.
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
    done.push(`release ${namespace}/${name}: its last change was killed and begins anew`);
  }
  const isMended = (resource: PendingOperation["resource"]) =>
    releasesOf([resource]).some((release) => mended.some((each) => isSame(each, release)));
  if (pending.length > 0 || mended.length > 0) {
    const deployment = {
      ...state.deployment,
      // They would stay for good, and a later recovery would take their releases for unknown ones.
      pending_operations: [],
      resources: resources.map((each) =>
        isMended(each) ? { ...each, initErrors: [KILLED] } : each,
      ),
    };
    await update.importState(JSON.stringify({ ...state, deployment }));
  }
  return { done, mustUpgrade: resources.some(isMended) };
}

/** Pulumi updates a resource with such a note also if its inputs did not change. */
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
