import type {
  V1ConfigMap,
  V1DaemonSet,
  V1Deployment,
  V1Secret,
  V1StatefulSet,
} from "@kubernetes/client-node";
import { accessOf, getPatiently, type ApiServer } from "../../components/kubernetes/api-server";
import { CannotCheck, messageOf } from "../../command/failure";

/** The cluster to read. @default - as kubectl finds it: KUBECONFIG, ~/.kube/config, inside a pod */
export interface ClusterOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Reader of named objects, each at most once; an object that does not exist is undefined. */
export interface Cluster {
  /** Name of its context in the kubeconfig, for messages. */
  readonly context: string;
  secret(namespace: string, name: string): Promise<V1Secret | undefined>;
  configMap(namespace: string, name: string): Promise<V1ConfigMap | undefined>;
  deployment(namespace: string, name: string): Promise<V1Deployment | undefined>;
  statefulSet(namespace: string, name: string): Promise<V1StatefulSet | undefined>;
  daemonSet(namespace: string, name: string): Promise<V1DaemonSet | undefined>;
  /** Reads an object of a custom kind, by its API version (`group/version`) and the plural of its kind. */
  custom(
    apiVersion: string,
    plural: string,
    namespace: string,
    name: string,
  ): Promise<object | undefined>;
  /** Lists the objects of a custom kind in a namespace; undefined if the kind does not exist or may not be listed. */
  customs(
    apiVersion: string,
    plural: string,
    namespace: string,
  ): Promise<readonly unknown[] | undefined>;
  /** Closes idle connections, which would otherwise keep the process alive. */
  close(): void;
}

/**
 * Connects with the credentials of a kubeconfig.
 *
 * @throws CannotCheck if there is no usable kubeconfig.
 */
export async function connect(options: ClusterOptions): Promise<Cluster> {
  const { context, server } = await accessOf(options).catch((error: unknown) => {
    throw new CannotCheck(`the kubeconfig cannot be read: ${messageOf(error)}`);
  });
  if (server === undefined) {
    throw new CannotCheck(
      `there is no kubeconfig with a cluster for context ${JSON.stringify(context)}: set KUBECONFIG, or give --kubeconfig and --context`,
    );
  }
  return reader(server, context);
}

function reader(server: ApiServer, context: string): Cluster {
  const read = new Map<string, Promise<unknown>>();
  const ask = (...parts: string[]) => {
    const path = parts.map(encodePath).join("/");
    const answer = read.get(path) ?? getJson(server, path);
    read.set(path, answer);
    return answer;
  };
  const get = <T>(group: string, namespace: string, kind: string, name: string) =>
    ask(group, "namespaces", namespace, kind, name) as Promise<T | undefined>;
  return {
    context,
    secret: (namespace, name) => get("api/v1", namespace, "secrets", name),
    configMap: (namespace, name) => get("api/v1", namespace, "configmaps", name),
    deployment: (namespace, name) => get("apis/apps/v1", namespace, "deployments", name),
    statefulSet: (namespace, name) => get("apis/apps/v1", namespace, "statefulsets", name),
    daemonSet: (namespace, name) => get("apis/apps/v1", namespace, "daemonsets", name),
    custom: (apiVersion, plural, namespace, name) =>
      get(`apis/${apiVersion}`, namespace, plural, name),
    customs: async (apiVersion, plural, namespace) => {
      const asked = ask(`apis/${apiVersion}`, "namespaces", namespace, plural);
      const found = await asked.catch((error: unknown) => {
        if (error instanceof Forbidden) return undefined;
        throw error;
      });
      return (found as { items: readonly unknown[] } | undefined)?.items;
    },
    close: () => server.options.agent.destroy(),
  };
}

/** Thrown for objects that may not be read. */
class Forbidden extends CannotCheck {}

function encodePath(part: string): string {
  return part.split("/").map(encodeURIComponent).join("/");
}

async function getJson(server: ApiServer, path: string): Promise<unknown> {
  const { status, body } = await getPatiently(server, path).catch((error: unknown) => {
    const { origin } = new URL(server.url);
    throw new CannotCheck(
      `the Kubernetes API server at ${origin} cannot be read: ${messageOf(error)}. Start it, or point KUBECONFIG or --kubeconfig to one that runs`,
    );
  });
  if (status === 200) return JSON.parse(body) as unknown;
  if (status === 404) return undefined;
  const { pathname } = new URL(`${server.url}/${path}`);
  const advice = status === 403 ? "; docs/verify.md lists the rights that verify needs" : "";
  const Failure = status === 403 ? Forbidden : CannotCheck;
  throw new Failure(
    `the API server answered ${status} to GET ${pathname}: ${reasonIn(body)}${advice}`,
  );
}

function reasonIn(body: string): string {
  try {
    return (JSON.parse(body) as { message?: string }).message ?? "no reason";
  } catch {
    return "no reason";
  }
}
