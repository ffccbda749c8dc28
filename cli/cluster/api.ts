import { Agent, request, type RequestOptions } from "node:https";
import type { V1ConfigMap, V1Deployment, V1Secret, V1StatefulSet } from "@kubernetes/client-node";
import { CannotCheck, messageOf } from "../failure";

/** Which cluster to read. @default - as kubectl finds it: KUBECONFIG, ~/.kube/config, inside a pod */
export interface ClusterOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Reads named objects, each at most once; an object that does not exist is undefined. */
export interface Cluster {
  /** The context by which it was found, for messages. */
  readonly context: string;
  secret(namespace: string, name: string): Promise<V1Secret | undefined>;
  configMap(namespace: string, name: string): Promise<V1ConfigMap | undefined>;
  deployment(namespace: string, name: string): Promise<V1Deployment | undefined>;
  statefulSet(namespace: string, name: string): Promise<V1StatefulSet | undefined>;
  /** An object of a kind that is no built-in one, by its API version (`group/version`) and the plural of its kind. */
  custom(
    apiVersion: string,
    plural: string,
    namespace: string,
    name: string,
  ): Promise<object | undefined>;
  /** Ends kept connections; without this they would keep the process alive. */
  close(): void;
}

const CONNECTIONS = 8;
const TIMEOUT = 10_000;

/**
 * Connects with the credentials of a kubeconfig. Only the kubeconfig is @kubernetes/client-node's: its generated
 * clients make a new TLS connection for every call.
 *
 * @throws CannotCheck if there is no usable kubeconfig.
 */
export async function connect(options: ClusterOptions): Promise<Cluster> {
  const { KubeConfig } = await import("@kubernetes/client-node"); // late, because it takes half a second to load
  const config = new KubeConfig();
  try {
    if (options.kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(options.kubeconfig);
    if (options.context !== undefined) config.setCurrentContext(options.context);
  } catch (error) {
    throw new CannotCheck(`the kubeconfig cannot be read: ${messageOf(error)}`);
  }
  const cluster = config.getCurrentCluster();
  const context = config.getCurrentContext();
  // What the library falls back to where it finds nothing.
  if (cluster === null || cluster.server === "http://localhost:8080") {
    throw new CannotCheck(
      `there is no kubeconfig with a cluster for context ${JSON.stringify(context)}: set KUBECONFIG, or give --kubeconfig and --context`,
    );
  }
  const credentials: RequestOptions = {};
  await config.applyToHTTPSOptions(credentials);
  const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = credentials;
  const agent =
    cluster.proxyUrl === undefined
      ? new Agent({
          ...{ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername },
          keepAlive: true,
          maxSockets: CONNECTIONS,
        })
      : (credentials.agent as Agent);
  return reader(cluster.server, context, { ...credentials, agent, timeout: TIMEOUT });
}

function reader(
  server: string,
  context: string,
  options: RequestOptions & { agent: Agent },
): Cluster {
  const read = new Map<string, Promise<unknown>>();
  const get = <T>(group: string, namespace: string, kind: string, name: string) => {
    const path = [group, "namespaces", namespace, kind, name].map(encodePath).join("/");
    const answer = read.get(path) ?? getJson(`${server.replace(/\/$/, "")}/${path}`, options);
    read.set(path, answer);
    return answer as Promise<T | undefined>;
  };
  return {
    context,
    secret: (namespace, name) => get("api/v1", namespace, "secrets", name),
    configMap: (namespace, name) => get("api/v1", namespace, "configmaps", name),
    deployment: (namespace, name) => get("apis/apps/v1", namespace, "deployments", name),
    statefulSet: (namespace, name) => get("apis/apps/v1", namespace, "statefulsets", name),
    custom: (apiVersion, plural, namespace, name) =>
      get(`apis/${apiVersion}`, namespace, plural, name),
    close: () => options.agent.destroy(),
  };
}

function encodePath(part: string): string {
  return part.split("/").map(encodeURIComponent).join("/");
}

async function getJson(url: string, options: RequestOptions): Promise<unknown> {
  const { status, body } = await send(url, options).catch((error: unknown) => {
    const { origin } = new URL(url);
    throw new CannotCheck(
      `the Kubernetes API server at ${origin} cannot be read: ${messageOf(error)}. Start it, or point KUBECONFIG or --kubeconfig to one that runs`,
    );
  });
  if (status === 200) return JSON.parse(body) as unknown;
  if (status === 404) return undefined;
  const { pathname } = new URL(url);
  const advice =
    status === 403
      ? "; verify needs the right to `get` the releases' Secrets, ConfigMaps, Deployments and StatefulSets, and SpinnakerServices, OpenChoreo's Workloads and Choreo Connect's Ingresses where there are some"
      : "";
  throw new CannotCheck(
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

function send(url: string, options: RequestOptions): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(url, options, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.once("error", reject);
      response.once("end", () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") });
      });
    });
    call.once("timeout", () => call.destroy(new Error(`no answer in ${TIMEOUT / 1000} s`)));
    call.once("error", reject);
    call.end();
  });
}
