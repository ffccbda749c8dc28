import { existsSync, readFileSync, readdirSync, realpathSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { processStart } from "../../host";
import { STACK, paths, root } from "./environment";
import { endOrphanedPlugins } from "./orphans";
import type { Pulumi } from "./pulumi";

/** What a killed update may have left half done, by the type of its resource. */
interface PendingOperation {
  readonly type: string;
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

interface HelmRelease {
  readonly name: string;
  readonly namespace: string;
}

const RELEASE_TYPE = "kubernetes:helm.sh/v3:Release";

/**
 * Mends what an update leaves that was killed, so that the next one goes on:
 * the lock in the backend, plugins that still run, and Helm's records of installations and upgrades that never ended.
 *
 * Helm refuses to touch a release with such a record. Without the record it begins again from the last revision
 * that was deployed, and takes over the objects that the killed run had made, which bear the release's name.
 */
export async function recover(
  pulumi: Pulumi,
  environment: Readonly<Record<string, string>>,
  say: (line: string) => void,
): Promise<void> {
  if (await releaseStaleLock(pulumi)) say("removed the lock of an update that was killed");
  if (endOrphanedPlugins(realpathSync(root)) > 0) say("ended the plugins that it left running");

  const exported = await pulumi.run(["stack", "export", "--stack", STACK], { quiet: true });
  const state = JSON.parse(exported) as State;
  const { pending_operations: pending = [], resources = [] } = state.deployment ?? {};
  const known = releasesOf(resources);
  const unknown = releasesOf(pending.map(({ resource }) => resource)).filter(
    (release) =>
      !known.some((each) => each.name === release.name && each.namespace === release.namespace),
  );
  for (const { name, namespace } of await forgetUnfinished(known, unknown, environment)) {
    say(`release ${namespace}/${name}: its last change was killed and begins anew`);
  }
  if (pending.length > 0) {
    // They would stay for good, and a later recovery would take their releases for unknown ones.
    const cleared = { ...state, deployment: { ...state.deployment, pending_operations: [] } };
    await pulumi.run(["stack", "import", "--stack", STACK], {
      quiet: true,
      input: JSON.stringify(cleared),
    });
  }
}

/** @returns whether there was a lock whose owner is dead. @throws Error if an update is really running. */
async function releaseStaleLock(pulumi: Pulumi): Promise<boolean> {
  const folder = join(paths.state, ".pulumi", "locks");
  if (!existsSync(folder)) return false;
  const locks = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json") && name.includes(`/${STACK}/`))
    .map(
      (name) =>
        JSON.parse(readFileSync(join(folder, name), "utf8")) as { pid: number; hostname: string },
    );
  if (locks.length === 0) return false;
  for (const { pid, hostname: host } of locks) {
    if (host !== hostname() || processStart(pid) !== undefined) {
      throw new Error(
        `stack ${STACK} is being updated by process ${pid} on ${host}: wait until it has ended, then try again`,
      );
    }
  }
  await pulumi.run(["cancel", "--yes", "--stack", STACK], { quiet: true });
  return true;
}

function releasesOf(resources: readonly PendingOperation["resource"][]): HelmRelease[] {
  return resources.flatMap(({ type, inputs }) =>
    type === RELEASE_TYPE && inputs?.name !== undefined && inputs.namespace !== undefined
      ? [{ name: inputs.name, namespace: inputs.namespace }]
      : [],
  );
}

/**
 * Deletes Helm's records of unfinished revisions, and of releases that were installed but not yet known to the state.
 *
 * @returns the releases that had such records.
 */
async function forgetUnfinished(
  known: readonly HelmRelease[],
  unknown: readonly HelmRelease[],
  environment: Readonly<Record<string, string>>,
): Promise<HelmRelease[]> {
  if (known.length + unknown.length === 0) return [];
  const { CoreV1Api, KubeConfig } = await import("@kubernetes/client-node");
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromFile(environment.KUBECONFIG ?? "");
  const api = kubeconfig.makeApiClient(CoreV1Api);

  const forget = async (release: HelmRelease, states?: string): Promise<HelmRelease[]> => {
    const labelSelector = `owner=helm,name=${release.name}${states === undefined ? "" : `,status in (${states})`}`;
    const { items } = await api.listNamespacedSecret({
      namespace: release.namespace,
      labelSelector,
    });
    for (const { metadata } of items) {
      await api.deleteNamespacedSecret({
        name: metadata?.name ?? "",
        namespace: release.namespace,
      });
    }
    return items.length > 0 ? [release] : [];
  };
  const found = await Promise.all([
    ...known.map((release) => forget(release, "pending-install,pending-upgrade,pending-rollback")),
    ...unknown.map((release) => forget(release)),
  ]);
  return found.flat();
}
