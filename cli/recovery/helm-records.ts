import { gunzipSync, gzipSync } from "node:zlib";
import type { CoreV1Api, V1Secret } from "@kubernetes/client-node";

/** A Helm release by the namespace that keeps its records. */
export interface HelmRelease {
  readonly name: string;
  readonly namespace: string;
}

/** Which cluster the releases are in. @default - as kubectl finds it, current context */
export interface ClusterChoice {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Helm's record of one revision of a release, by its status in Helm's words. */
export interface Revision {
  readonly revision: number;
  readonly status: string;
}

/**
 * The revisions whose records have to go so that the next change of a release begins from its last revision that was
 * deployed.
 *
 * What comes after that one is a change that did not end: pending, or failed and about to be rolled back. A refresh would
 * take the values of a failed revision for what is deployed, and change nothing. While Helm changes over to a new
 * revision there is a moment in which none is deployed, but the one before is superseded already. A release that is being
 * uninstalled keeps its records, by which its objects are found.
 */
export function unfinishedOf<R extends Revision>(records: readonly R[]): readonly R[] {
  if (isUninstalling(records)) return [];
  const last = (status: string) =>
    Math.max(0, ...records.filter((each) => each.status === status).map((each) => each.revision));
  const good = last("deployed") || last("superseded");
  return records.filter(({ revision }) => revision > good);
}

function isUninstalling(records: readonly Revision[]): boolean {
  return records.some(({ status }) => status === "uninstalling");
}

/**
 * Mends the records of releases whose last change was killed, and deletes those of releases that Pulumi does not know yet.
 *
 * Helm refuses to touch a release with a pending record. Without it, it begins again from the last revision that was
 * deployed, and takes over the objects that the killed run had made, which bear the release's name.
 *
 * @returns the releases that had such records.
 */
export async function mendRecords(
  known: readonly HelmRelease[],
  unknown: readonly HelmRelease[],
  cluster: ClusterChoice,
): Promise<HelmRelease[]> {
  if (known.length + unknown.length === 0) return [];
  const api = await apiOf(cluster);
  const mended = await Promise.all([
    ...known.map(async (release) => {
      const records = await recordsOf(api, release);
      const changed = isUninstalling(records)
        ? await makeFailed(api, records)
        : await forget(api, unfinishedOf(records));
      return changed > 0 ? [release] : [];
    }),
    ...unknown.map(async (release) => {
      const forgotten = await forget(api, await recordsOf(api, release));
      return forgotten > 0 ? [release] : [];
    }),
  ]);
  return mended.flat();
}

interface Record extends Revision {
  readonly secret: V1Secret;
}

async function apiOf({ kubeconfig: file, context }: ClusterChoice): Promise<CoreV1Api> {
  const { CoreV1Api: Api, KubeConfig } = await import("@kubernetes/client-node");
  const kubeconfig = new KubeConfig();
  if (file === undefined) kubeconfig.loadFromDefault();
  else kubeconfig.loadFromFile(file);
  if (context !== undefined) kubeconfig.setCurrentContext(context);
  return kubeconfig.makeApiClient(Api);
}

async function recordsOf(api: CoreV1Api, { name, namespace }: HelmRelease): Promise<Record[]> {
  const labelSelector = `owner=helm,name=${name}`;
  const { items } = await api.listNamespacedSecret({ namespace, labelSelector });
  return items.map((secret) => {
    const { version, status = "" } = secret.metadata?.labels ?? {};
    return { secret, revision: Number(version), status };
  });
}

/** The newest first: if this is cut off, what is left is again a row of revisions from the first one on. */
async function forget(api: CoreV1Api, records: readonly Record[]): Promise<number> {
  const newestFirst = [...records].sort((one, other) => other.revision - one.revision);
  for (const { secret } of newestFirst) await api.deleteNamespacedSecret(placeOf(secret));
  return records.length;
}

/** Helm upgrades a release that failed, and uninstalls it, but one whose removal was killed it can only uninstall. */
async function makeFailed(api: CoreV1Api, records: readonly Record[]): Promise<number> {
  const killed = records.filter(({ status }) => status === "uninstalling");
  for (const { secret } of killed) {
    if (secret.metadata?.labels) secret.metadata.labels.status = "failed";
    secret.data = { release: withStatus(secret.data?.release ?? "", "failed") };
    await api.replaceNamespacedSecret({ ...placeOf(secret), body: secret });
  }
  return killed.length;
}

function placeOf({ metadata }: V1Secret): { name: string; namespace: string } {
  return { name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" };
}

/**
 * A record with another status.
 *
 * @param release the record in its Secret: JSON, compressed, in base64, and once more in base64 as every Secret.
 */
export function withStatus(release: string, status: string): string {
  const compressed = Buffer.from(Buffer.from(release, "base64").toString(), "base64");
  const record = JSON.parse(gunzipSync(compressed).toString()) as { info: object };
  const changed = JSON.stringify({ ...record, info: { ...record.info, status } });
  return Buffer.from(gzipSync(changed).toString("base64")).toString("base64");
}
