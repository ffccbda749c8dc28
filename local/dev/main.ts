import { spawn } from "node:child_process";
import { existsSync, realpathSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { endOrphanedPlugins } from "../../cli/recovery/mend";
import { ensureToolchain } from "../../toolchain";
import { controlPlaneStatus, stopControlPlane } from "../control-plane";
import {
  FOREIGN_PASSPHRASE,
  STACK,
  chooseCluster,
  environmentWith,
  paths,
  prepare,
  recordCluster,
  root,
  run,
  runAlone,
  say,
  settings,
} from "./environment";
import { Pulumi, type Changes } from "./pulumi";
import { mendBackend, mendTemporary, recover } from "./recovery";

/** Deploys the dev stack and verifies it; after an interruption, the next run continues. */
async function up(): Promise<void> {
  mendTemporary();
  const cluster = chooseCluster(process.env);
  say(cluster.local ? "Local control plane" : `Cluster of ${cluster.kubeconfig}`);
  const environment = await prepare(cluster, say);

  say(`\nStack ${STACK}`);
  const pulumi = new Pulumi(environment);
  mendBackend();
  await pulumi.ensureStack();
  recordCluster(cluster);
  // Unfinished changes come first: a refresh would mistake them for the desired state.
  if (await recover(pulumi, "up", environment)) await pulumi.up({ refresh: false });
  say(describe(await pulumi.up()));

  say("\nVerification");
  const verified = await verify(environment);
  say(
    [
      "",
      "Look around:",
      '  eval "$(make env)"                        let this shell find the cluster, Pulumi and the stack',
      "  kubectl get pods,secrets --all-namespaces",
      "  pulumi preview --stack dev                what an edit of Pulumi.dev.yaml would change",
      "  npx countersign report --stack dev        the same, in words",
      "  make down                                 remove everything again",
    ].join("\n"),
  );
  process.exitCode = verified;
}

function describe(changes: Changes): string {
  const made = Object.entries(changes).filter(([operation]) => operation !== "same");
  if (made.length === 0) return "Nothing changed: the stack is as configured.";
  return `Changed: ${made.map(([operation, count]) => `${operation} ${count}`).join(", ")}.`;
}

/** @returns the exit status of `countersign verify`. */
function verify(environment: Readonly<Record<string, string>>): Promise<number> {
  const command = [join(root, "cli", "countersign.cjs"), "verify", "--stack", STACK];
  const child = spawn(process.execPath, command, {
    cwd: root,
    env: environmentWith(environment),
    stdio: "inherit",
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

/** Shows what `make up` would change now. */
async function preview(): Promise<void> {
  const environment = await prepare(chooseCluster(process.env), () => undefined);
  const pulumi = new Pulumi(environment);
  await pulumi.ensureStack();
  await pulumi.preview();
}

/** Destroys the dev stack and stops what `make up` started. The tools stay in their cache. */
async function down(): Promise<void> {
  mendTemporary();
  const cluster = chooseCluster({});
  if (existsSync(paths.cluster) && (!cluster.local || (await isUp()))) {
    const environment = await prepare(cluster, say);
    const pulumi = new Pulumi(environment);
    mendBackend();
    await pulumi.ensureStack();
    await recover(pulumi, "destroy", environment);
    await pulumi.destroy();
    await pulumi.run(["stack", "rm", "--yes", "--preserve-config", "--stack", STACK], {
      quiet: true,
    });
  }
  endOrphanedPlugins(realpathSync(root));
  if (existsSync(paths.controlPlane)) {
    await stopControlPlane(paths.controlPlane);
    say("the local control plane is stopped");
  }
  for (const path of [paths.state, paths.config, paths.passphrase, paths.cluster]) {
    rmSync(path, { recursive: true, force: true });
  }
  say(`stack ${STACK} has been removed`);
}

/** Whether the local control plane runs. The objects of a stopped one are gone, so there is nothing to destroy. */
async function isUp(): Promise<boolean> {
  const { state } = await controlPlaneStatus(paths.controlPlane);
  return state !== "stopped";
}

/** Prints the environment of the dev stack for a shell: eval "$(make env)". */
async function printEnvironment(): Promise<void> {
  const environment = settings(await ensureToolchain(["pulumi"]), chooseCluster(process.env));
  const found = (environment.PATH ?? process.env.PATH ?? "").split(delimiter);
  const PATH = [paths.bin, ...found.filter((folder) => folder !== paths.bin)].join(delimiter);
  process.stdout.write(`unset ${FOREIGN_PASSPHRASE}\n`);
  for (const [name, value] of Object.entries({ ...environment, PATH })) {
    process.stdout.write(`export ${name}='${value.replaceAll("'", `'\\''`)}'\n`);
  }
}

/** What `make` can do with the dev stack. */
const ACTIONS: Readonly<Record<string, () => void>> = {
  up: () => runAlone(up),
  preview: () => run(preview),
  down: () => runAlone(down),
  env: () => run(printEnvironment),
};

const [, , name = ""] = process.argv;
const action = ACTIONS[name];
if (action) action();
else {
  process.stderr.write(`write one of ${Object.keys(ACTIONS).join(", ")}\n`);
  process.exitCode = 2;
}
