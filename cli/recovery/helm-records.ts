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

/** How Helm calls a revision that has not come to its end. */
const UNFINISHED = "pending-install,pending-upgrade,pending-rollback";

/**
 * Deletes Helm's records of unfinished revisions, and all of releases that Pulumi does not know of yet.
 *
 * Helm refuses to touch a release with such a record. Without it, it begins again from the last revision that was
 * deployed, and takes over the objects that the killed run had made, which bear the release's name.
 *
 * @returns the releases that had such records.
 */
export async function forgetUnfinished(
  known: readonly HelmRelease[],
  unknown: readonly HelmRelease[],
  { kubeconfig: file, context }: ClusterChoice,
): Promise<HelmRelease[]> {
  if (known.length + unknown.length === 0) return [];
  const { CoreV1Api, KubeConfig } = await import("@kubernetes/client-node");
  const kubeconfig = new KubeConfig();
  if (file === undefined) kubeconfig.loadFromDefault();
  else kubeconfig.loadFromFile(file);
  if (context !== undefined) kubeconfig.setCurrentContext(context);
  const api = kubeconfig.makeApiClient(CoreV1Api);

  const forget = async (release: HelmRelease, states?: string): Promise<HelmRelease[]> => {
    const { name, namespace } = release;
    const labelSelector = `owner=helm,name=${name}${states === undefined ? "" : `,status in (${states})`}`;
    const { items } = await api.listNamespacedSecret({ namespace, labelSelector });
    for (const { metadata } of items) {
      await api.deleteNamespacedSecret({ name: metadata?.name ?? "", namespace });
    }
    return items.length > 0 ? [release] : [];
  };
  const found = await Promise.all([
    ...known.map((release) => forget(release, UNFINISHED)),
    ...unknown.map((release) => forget(release)),
  ]);
  return found.flat();
}
