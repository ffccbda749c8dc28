import { realpathSync } from "node:fs";
import { forgetUnfinished, type ClusterChoice, type HelmRelease } from "./helm-records";
import { endOrphanedPlugins } from "./orphans";

/** A stack whose last update was killed, and whose lock is gone. */
export interface KilledUpdate {
  /** The project's folder, in which the killed CLI worked. */
  readonly folder: string;
  /** Where its Helm releases are; undefined if that is not known here. */
  readonly cluster: ClusterChoice | undefined;
  /** `pulumi stack export`, without decrypting anything. */
  readonly exportState: () => Promise<string>;
  /** `pulumi stack import` of such a text. */
  readonly importState: (state: string) => Promise<unknown>;
}

/** What a killed update may have left half done, by the type of its resource. */
interface PendingOperation {
  readonly resource: {
    readonly type: string;
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

/**
 * Mends what an update leaves that was killed, so that the next one goes on: plugins that still run, Helm's records of
 * installations and upgrades that never ended, and the note of them in the stack's state.
 *
 * @returns what was done, a clause each.
 */
export async function mend(update: KilledUpdate): Promise<string[]> {
  const done: string[] = [];
  if (endOrphanedPlugins(realpathSync(update.folder)) > 0) {
    done.push("ended the plugins and programs that it left running");
  }
  if (update.cluster === undefined) return done;
  const state = JSON.parse(await update.exportState()) as State;
  const { pending_operations: pending = [], resources = [] } = state.deployment ?? {};
  const known = releasesOf(resources);
  const unknown = releasesOf(pending.map(({ resource }) => resource)).filter(
    (release) =>
      !known.some((each) => each.name === release.name && each.namespace === release.namespace),
  );
  for (const { name, namespace } of await forgetUnfinished(known, unknown, update.cluster)) {
    done.push(`release ${namespace}/${name}: its last change was killed and begins anew`);
  }
  if (pending.length > 0) {
    // They would stay for good, and a later recovery would take their releases for unknown ones.
    const cleared = { ...state, deployment: { ...state.deployment, pending_operations: [] } };
    await update.importState(JSON.stringify(cleared));
  }
  return done;
}

function releasesOf(resources: readonly PendingOperation["resource"][]): HelmRelease[] {
  return resources.flatMap(({ type, inputs }) =>
    type === RELEASE_TYPE && inputs?.name !== undefined && inputs.namespace !== undefined
      ? [{ name: inputs.name, namespace: inputs.namespace }]
      : [],
  );
}
