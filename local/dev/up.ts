import { spawn } from "node:child_process";
import { join } from "node:path";
import {
  STACK,
  chooseCluster,
  environmentWith,
  prepare,
  recordCluster,
  root,
  runAlone,
  say,
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

runAlone(up);
