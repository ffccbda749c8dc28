import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { startControlPlane } from "../control-plane";
import { withLock } from "../../host";
import { ensureToolchain, type Toolchain } from "../../toolchain";

export const STACK = "dev";
export const root = resolve(__dirname, "..", "..");

/** The folder for everything that `make up` creates on this machine, apart from the tools; ignored by git. */
const home = join(root, ".countersign");

/** Files and folders of the dev deployment. */
export const paths = {
  home,
  /** Held while `make up` or `make down` runs. */
  lock: join(home, "dev.lock"),
  controlPlane: join(home, "local"),
  /** The file backend with the stack's state. */
  state: join(home, "state"),
  passphrase: join(home, "passphrase"),
  /** Pulumi.dev.yaml and the salt of this machine's passphrase, which must not get into the repository's file. */
  config: join(home, `Pulumi.${STACK}.yaml`),
  /** A folder with a `pulumi` that adds that salt, for shells with `make env`. */
  bin: join(root, "local", "dev", "bin"),
  /** The kubeconfig of the cluster that the stack is deployed to. */
  cluster: join(home, "cluster"),
};

/** The kubeconfig of the cluster in use, and whether it is our local control plane. */
interface Cluster {
  readonly kubeconfig: string;
  readonly local: boolean;
}

/**
 * Returns the cluster to use: the one that the stack is deployed to; otherwise the one that KUBECONFIG names; otherwise
 * the local control plane.
 *
 * @throws Error if the stack is deployed to one cluster and KUBECONFIG names another.
 */
export function chooseCluster(environment: NodeJS.ProcessEnv): Cluster {
  const localKubeconfig = join(paths.controlPlane, "kubeconfig");
  const recorded = existsSync(paths.cluster)
    ? readFileSync(paths.cluster, "utf8").trim()
    : undefined;
  const named = environment.KUBECONFIG === "" ? undefined : environment.KUBECONFIG;
  if (recorded !== undefined && named !== undefined && recorded !== named) {
    throw new Error(
      `stack ${STACK} is deployed to the cluster of ${recorded}, but KUBECONFIG is ${named}: unset it, or run \`make down\` first (with KUBECONFIG unset)`,
    );
  }
  const kubeconfig = recorded ?? named ?? localKubeconfig;
  return { kubeconfig, local: kubeconfig === localKubeconfig };
}

/** Remembers the cluster before anything is deployed to it, so that `make down` finds it. */
export function recordCluster({ kubeconfig }: Cluster): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeFileSync(paths.cluster, `${kubeconfig}\n`);
}

/** Gets the tools, and starts the local control plane if it is the cluster. @returns the environment for the tools */
export async function prepare(
  cluster: Cluster,
  say: (line: string) => void,
): Promise<Record<string, string>> {
  const toolchain = await ensureToolchain(cluster.local ? ["pulumi", "cluster"] : ["pulumi"]);
  if (cluster.local) {
    await startControlPlane({ directory: paths.controlPlane, binaries: toolchain, log: say });
  }
  mkdirSync(paths.state, { recursive: true, mode: 0o700 });
  if (!existsSync(paths.passphrase)) {
    writeFileSync(paths.passphrase, randomBytes(24).toString("base64url"), {
      mode: 0o600,
      flag: "wx",
    });
  }
  return settings(toolchain, cluster);
}

/**
 * Returns the settings with which the CLI finds the dev stack. They name the passphrase's file and not the passphrase.
 */
export function settings(toolchain: Toolchain, cluster: Cluster): Record<string, string> {
  return {
    ...toolchain.env,
    KUBECONFIG: cluster.kubeconfig,
    PULUMI_BACKEND_URL: `file://${paths.state}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: paths.passphrase,
  };
}

/**
 * Variable with a passphrase in the caller's own environment, which is for other stacks and would take precedence over
 * our file.
 */
export const FOREIGN_PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE";

/** Returns the whole environment of a child process with these settings. */
export function environmentWith(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, [FOREIGN_PASSPHRASE]: undefined, ...settings };
}

export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs `make up` or `make down`, of which only one runs at a time. */
export function runAlone(action: () => Promise<void>): void {
  run(() =>
    withLock(paths.lock, action, {
      onWait: (pid) =>
        say(`another make up or make down is running (process ${pid}); waiting for it`),
    }),
  );
}

/** Runs an action to which this process is dedicated. If it fails, the message says why, and the exit status is 1. */
export function run(action: () => Promise<void>): void {
  action().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
