import { Agent, request, type RequestOptions } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

/** Selects a cluster. @default - as kubectl does: KUBECONFIG, ~/.kube/config, inside a pod */
export interface AccessChoice {
  /** Path of a kubeconfig, or its content. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** Name of a cluster in the kubeconfig, instead of the context's. */
  readonly cluster?: string | undefined;
}

/** An API server's address and credentials. */
interface Access {
  /** The context that selected it, for messages. */
  readonly context: string;
  /** The API server; undefined if no cluster was found. */
  readonly server: ApiServer | undefined;
}

export interface ApiServer {
  readonly url: string;
  readonly options: RequestOptions & { readonly agent: Agent };
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** The server's time, in HTTP format. */
  readonly date: string | undefined;
}

const CONNECTIONS = 8;
const TIMEOUT = 10_000;

/**
 * Reads the credentials of a kubeconfig. Only the kubeconfig parser of @kubernetes/client-node is used: its generated
 * clients open a new TLS connection for every call.
 *
 * @throws Error if the kubeconfig cannot be read.
 */
export async function accessOf({ kubeconfig, context, cluster }: AccessChoice): Promise<Access> {
  const { KubeConfig } = await import("@kubernetes/client-node"); // Imported late, because it takes half a second to load.
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromDefault();
  else if (/^\{|\n/.test(kubeconfig)) config.loadFromString(kubeconfig);
  else config.loadFromFile(kubeconfig);
  if (context !== undefined) config.setCurrentContext(context);
  const current = config.getCurrentContext();
  if (cluster !== undefined) {
    config.contexts = config.contexts.map((each) =>
      each.name === current ? { ...each, cluster } : each,
    );
  }
  const found = config.getCurrentCluster();
  // The library's fallback if it finds no cluster.
  if (found === null || found.server === "http://localhost:8080") {
    return { context: current, server: undefined };
  }
  const credentials: RequestOptions = {};
  await config.applyToHTTPSOptions(credentials);
  const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = credentials;
  const agent =
    found.proxyUrl === undefined
      ? new Agent({
          ca,
          cert,
          key,
          pfx,
          passphrase,
          rejectUnauthorized,
          servername,
          keepAlive: true,
          maxSockets: CONNECTIONS,
        })
      : (credentials.agent as Agent);
  const url = found.server.replace(/\/$/, "");
  return {
    context: current,
    server: { url, options: { ...credentials, agent, timeout: TIMEOUT } },
  };
}

/**
 * Sends a GET request.
 *
 * @param path the path on the server, e.g. `api/v1/namespaces`
 * @param keepsAlive whether the process waits for the answer. @default true
 */
export function get({ url, options }: ApiServer, path: string, keepsAlive = true): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}/${path}`, options, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.once("error", reject);
      response.once("end", () => {
        const body = Buffer.concat(parts).toString("utf8");
        resolve({ status: response.statusCode ?? 0, body, date: response.headers.date });
      });
    });
    if (!keepsAlive) call.once("socket", (socket) => void socket.unref());
    call.once("timeout", () => call.destroy(new Error(`no answer in ${TIMEOUT / 1000} s`)));
    call.once("error", reject);
    call.end();
  });
}

const TRIES = 10;
const PAUSE = 1_000;

/** Like `get`, but retries while the API server is too busy, as it is with a kind of object that is new to it. */
export async function getPatiently(
  server: ApiServer,
  path: string,
  tries = TRIES,
): Promise<Answer> {
  const answer = await get(server, path);
  if (answer.status !== 429 || tries <= 1) return answer;
  await sleep(PAUSE);
  return getPatiently(server, path, tries - 1);
}
