import type {
  V1ConfigMap,
  V1DaemonSet,
  V1Deployment,
  V1Secret,
  V1StatefulSet,
} from "@kubernetes/client-node";
import type { Cluster } from "../../../verify/cluster/api";

/** Objects by `kind/name`, as the API server sends them. */
export type FakeObjects = Readonly<Record<string, object>>;

/** Creates a cluster with one namespace, `ns`. It records the requested objects in `asked`. */
export function fakeCluster(objects: FakeObjects): Cluster & { readonly asked: string[] } {
  const asked: string[] = [];
  const get = <T>(namespace: string, kind: string, name: string) => {
    asked.push(`${kind}/${name}`);
    const found = namespace === "ns" ? objects[`${kind}/${name}`] : undefined;
    return Promise.resolve(found as T | undefined);
  };
  return {
    asked,
    context: "test",
    secret: (namespace, name) => get<V1Secret>(namespace, "Secret", name),
    configMap: (namespace, name) => get<V1ConfigMap>(namespace, "ConfigMap", name),
    deployment: (namespace, name) => get<V1Deployment>(namespace, "Deployment", name),
    statefulSet: (namespace, name) => get<V1StatefulSet>(namespace, "StatefulSet", name),
    daemonSet: (namespace, name) => get<V1DaemonSet>(namespace, "DaemonSet", name),
    custom: (apiVersion, plural, namespace, name) =>
      get<object>(namespace, `${apiVersion}/${plural}`, name),
    customs: (apiVersion, plural, namespace) => {
      const prefix = `${apiVersion}/${plural}/`;
      const found = Object.entries(objects).filter(([key]) => key.startsWith(prefix));
      asked.push(prefix);
      return Promise.resolve(namespace === "ns" ? found.map(([, object]) => object) : []);
    },
    close: () => undefined,
  };
}

/** Creates a Secret with this data. */
export function secret(content: Readonly<Record<string, string | Buffer>>): object {
  const data = Object.entries(content).map(([key, text]) => [key, base64(text)]);
  return { data: Object.fromEntries(data) as object };
}

export function base64(text: string | Buffer): string {
  return Buffer.from(text).toString("base64");
}
