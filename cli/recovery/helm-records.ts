import { gunzipSync, gzipSync } from "node:zlib";
import type { CoreV1Api, V1Secret } from "@kubernetes/client-node";

/** A Helm release, identified by its name and the namespace that contains its records. */
export interface HelmRelease {
  readonly name: string;
  readonly namespace: string;
}

/** The cluster that the releases are in. @default - the one that kubectl finds, with the current context */
export interface ClusterChoice {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Helm's record of one revision of a release, with the status in Helm's words. */
interface Revision {
  readonly revision: number;
  readonly status: string;
}

/**
 * Returns the revisions whose records must be deleted so that the next change of a release starts from the last
 * revision that was deployed.
 *
 * Later revisions are unfinished changes: pending, or failed and about to be rolled back. A refresh would mistake the
 * values of a failed revision for the deployed ones, and change nothing. While Helm switches to a new revision, for a
 * moment no revision is deployed, because the previous one is already superseded. A release that is being uninstalled
 * keeps its records, because Helm uses them to find its objects.
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
 * Repairs the records of releases whose last change was killed, and deletes those of releases that Pulumi does not know
 * yet.
 *
 * Helm refuses to change a release with a pending record. Without that record, it starts again from the last revision
 * that was deployed, and adopts the objects that the killed run had created, because their annotations contain the
 * release's name.
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

/** Deletes records, newest first: if this is interrupted, the remaining revisions have no gap. */
async function forget(api: CoreV1Api, records: readonly Record[]): Promise<number> {
  const newestFirst = [...records].sort((one, other) => other.revision - one.revision);
  for (const { secret } of newestFirst) await api.deleteNamespacedSecret(placeOf(secret));
  return records.length;
}

/**
 * Marks revisions as failed whose removal was killed: Helm can upgrade or uninstall a failed release, but can only
 * uninstall one in the status `uninstalling`.
 */
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
 * Returns a record with another status.
 *
 * @param release the record in its Secret: compressed JSON in base64, encoded in base64 once more, like every Secret.
 */
export function withStatus(release: string, status: string): string {
  const compressed = Buffer.from(Buffer.from(release, "base64").toString(), "base64");
  const record = JSON.parse(gunzipSync(compressed).toString()) as { info: object };
  const changed = JSON.stringify({ ...record, info: { ...record.info, status } });
  return Buffer.from(gzipSync(changed).toString("base64")).toString("base64");
}
