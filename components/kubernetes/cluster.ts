import { existsSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:net";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { Provider } from "@pulumi/kubernetes";
import { output, secret, type CustomResourceOptions } from "@pulumi/pulumi";
import { parse } from "yaml";
import { LIMITS, readFileBytes, readFileText } from "../../host";

/** Selects a cluster as the Kubernetes provider does: `kubernetes:*` config first, then the environment. */
export interface ClusterChoice {
  /** Content or path, as in `kubernetes:kubeconfig`. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly cluster?: string | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: readonly { name: string; context: { cluster: string } }[];
  readonly clusters?: readonly { name: string; cluster: ClusterEntry }[];
}

interface ClusterEntry {
  readonly server: string;
  readonly "certificate-authority"?: string;
  readonly "certificate-authority-data"?: string;
  readonly "insecure-skip-tls-verify"?: boolean;
  readonly "tls-server-name"?: string;
  readonly "proxy-url"?: string;
}

/** Thrown if no cluster is available. The message says which address was tried, what happened, and what to do. */
class ClusterUnreachable extends Error {
  override readonly name = "ClusterUnreachable";
}

/**
 * Checks that the cluster answers, so that an unreachable one is reported within seconds, instead of a preview full of
 * guesses or an `up` that hangs. Whether the credentials suffice is left to the provider.
 *
 * @param timeout in milliseconds.
 * @throws ClusterUnreachable
 */
export async function checkClusterReachable(
  choice: ClusterChoice = {},
  timeout = 5000,
): Promise<void> {
  const environment = choice.environment ?? process.env;
  const sources = kubeconfigs(choice, environment);
  if (sources.length === 0 && environment.KUBERNETES_SERVICE_HOST) return; // inside a cluster
  const { entry, origin } = currentCluster(sources, choice);
  if (entry["proxy-url"]) return; // only the provider knows how to use the proxy
  try {
    await (entry["insecure-skip-tls-verify"]
      ? knock(entry, timeout)
      : getVersion(entry, origin, timeout));
  } catch (error) {
    const reason =
      error instanceof Error
        ? error.message || (error as NodeJS.ErrnoException).code
        : String(error);
    throw new ClusterUnreachable(
      `the Kubernetes cluster at ${entry.server} (from ${origin}) cannot be reached: ${reason}. ` +
        "Start it, or point KUBECONFIG (or `pulumi config set kubernetes:context`) to one that runs; to start a local one: make up",
    );
  }
}

function kubeconfigs(
  { kubeconfig }: ClusterChoice,
  environment: Readonly<Record<string, string | undefined>>,
): { origin: string; content: Kubeconfig }[] {
  const read = (path: string) => ({
    origin: path,
    content: parse(readFileText(path, { limit: LIMITS.config }), {
      logLevel: "error",
    }) as Kubeconfig,
  });
  if (kubeconfig !== undefined) {
    return existsSync(kubeconfig)
      ? [read(kubeconfig)]
      : [
          {
            origin: "kubernetes:kubeconfig",
            content: parse(kubeconfig, { logLevel: "error" }) as Kubeconfig,
          },
        ];
  }
  const listed = environment.KUBECONFIG?.split(delimiter).filter((path) => path !== "");
  const paths = listed?.length ? listed : [join(homedir(), ".kube", "config")];
  return paths.filter((path) => existsSync(path)).map(read);
}

function currentCluster(sources: { origin: string; content: Kubeconfig }[], choice: ClusterChoice) {
  if (sources.length === 0) {
    throw new ClusterUnreachable(
      "there is no kubeconfig: set KUBECONFIG to your cluster's, or run `make up` for a local control plane",
    );
  }
  const contextName =
    choice.context ?? sources.map(({ content }) => content["current-context"]).find((name) => name);
  const context = sources
    .flatMap(({ content }) => content.contexts ?? [])
    .find(({ name }) => name === contextName);
  const clusterName = choice.cluster ?? context?.context.cluster;
  for (const { origin, content } of sources) {
    const found = content.clusters?.find(({ name }) => name === clusterName);
    if (found) return { entry: found.cluster, origin };
  }
  const origins = sources.map(({ origin }) => origin).join(", ");
  throw new ClusterUnreachable(
    `${origins} names no cluster for context ${JSON.stringify(contextName ?? "")}: choose one with \`kubectl config use-context\` or kubernetes:context`,
  );
}

/** Accepts any answer over verified TLS, even a refusal for lack of credentials. */
function getVersion(entry: ClusterEntry, origin: string, timeout: number): Promise<void> {
  const inline = entry["certificate-authority-data"];
  const file = entry["certificate-authority"];
  const ca = inline
    ? Buffer.from(inline, "base64")
    : file &&
      readFileBytes(isAbsolute(file) ? file : join(origin, "..", file), {
        limit: LIMITS.config,
      });
  const servername = entry["tls-server-name"];
  // The request's own timeout starts again with every sign of activity.
  const signal = AbortSignal.timeout(timeout);
  return new Promise((resolve, reject) => {
    const asked = request(
      new URL("/version", entry.server),
      { signal, ...(ca && { ca }), ...(servername !== undefined && { servername }) },
      (response) => {
        response.resume();
        resolve();
      },
    );
    asked.once("error", (error) => {
      reject(signal.aborted ? new Error(`no answer within ${timeout / 1000} s`) : error);
    });
    asked.end();
  });
}

function knock(entry: ClusterEntry, timeout: number): Promise<void> {
  const { hostname, port } = new URL(entry.server);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || 443), timeout });
    socket.once("connect", () => resolve(void socket.end()));
    socket.once("timeout", () => socket.destroy(new Error(`no answer within ${timeout / 1000} s`)));
    socket.once("error", reject);
  });
}

/**
 * Creates a provider that changes Secrets and ConfigMaps in place. The usual one replaces them: it would delete an object
 * with an exact name before it creates it again, and for a moment, which a killed update prolongs, there would be none.
 */
export function inPlaceProvider(
  name: string,
  { kubeconfig, context, cluster }: ClusterChoice,
  opts?: CustomResourceOptions,
): Provider {
  return new Provider(
    name,
    {
      enableSecretMutable: true,
      enableConfigMapMutable: true,
      // Without a value, the SDK would store the path in KUBECONFIG. Each machine has another one, which every preview
      // would show; the provider reads the variable itself.
      kubeconfig: kubeconfig === undefined ? output(NO_PATH) : secret(kubeconfig),
      // Another kubeconfig for the same cluster must not replace what is deployed.
      clusterIdentifier: cluster ?? context ?? "stack",
      ...(context !== undefined && { context }),
      ...(cluster !== undefined && { cluster }),
    },
    opts,
  );
}

const NO_PATH = undefined as unknown as string;
