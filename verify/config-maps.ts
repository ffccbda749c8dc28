import type { V1ConfigMap } from "@kubernetes/client-node";
import type { Checklist } from "./check";
import type { Cluster } from "./cluster/api";
import type { HelmRelease } from "./cluster/helm-release";
import type { PodView } from "./pod-view";

const KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/;

/** Reads the ConfigMaps of a release and those that its pods mount, as they are in the cluster. */
export async function readConfigMaps(
  cluster: Cluster,
  namespace: string,
  release: HelmRelease,
  views: readonly PodView[],
): Promise<readonly V1ConfigMap[]> {
  const prefix = `ConfigMap ${namespace}/`;
  const mounted = views
    .flatMap(({ files }) => [...files.values()].map(({ origin }) => origin))
    .filter((origin) => origin.startsWith(prefix))
    .map((origin) => origin.slice(prefix.length));
  const names = new Set([...release.configMaps.map(({ name }) => name), ...mounted]);
  const read = await Promise.all([...names].map((name) => cluster.configMap(namespace, name)));
  return read.flatMap((object) => object ?? []);
}

/** Describes what was changed by hand since the release: only the keys, as nobody needs the values here. */
export function configMapDrift(release: HelmRelease, live: readonly V1ConfigMap[]): string[] {
  return release.configMaps.flatMap(({ name, data }) => {
    const what = `ConfigMap ${release.namespace}/${name}`;
    const object = live.find(({ metadata }) => metadata?.name === name);
    if (object === undefined) return [`${what} of the release does not exist.`];
    const current = object.data ?? {};
    const keys = [...new Set([...Object.keys(data), ...Object.keys(current)])];
    const changed = keys.filter((key) => data[key] !== current[key]);
    return changed.length === 0
      ? []
      : [`${what} differs from the release in ${changed.join(", ")}.`];
  });
}

/** Checks that no ConfigMap contains a private key, because more people may read ConfigMaps than Secrets. */
export function checkNoKeys(
  list: Checklist,
  namespace: string,
  live: readonly V1ConfigMap[],
): void {
  const problems = live.flatMap((object) =>
    keysIn(object).map((key) => {
      const name = object.metadata?.name ?? "";
      return `ConfigMap ${namespace}/${name} has a private key in "${key}".`;
    }),
  );
  list.judge(
    "private-keys",
    problems,
    `no private key in ${live.length === 1 ? "its ConfigMap" : `the ${live.length} ConfigMaps`}`,
    "Treat the key as exposed: remove it there, and replace it together with its certificate.",
  );
}

/** Names of the entries that hold a private key. */
function keysIn({ data = {}, binaryData = {} }: V1ConfigMap): string[] {
  const binary = Object.entries(binaryData).map(
    ([key, value]) => [key, Buffer.from(value, "base64").toString("latin1")] as const,
  );
  return [...Object.entries(data), ...binary]
    .filter(([, text]) => KEY.test(text))
    .map(([key]) => key);
}
