import { existsSync, realpathSync, rmSync } from "node:fs";
import { controlPlaneStatus, stopControlPlane } from "..";
import { endOrphanedPlugins } from "../../cli/recovery/orphans";
import { withLock } from "../../host";
import { STACK, chooseCluster, paths, prepare, root } from "./environment";
import { Pulumi } from "./pulumi";
import { mendBackend, mendTemporary, recover } from "./recovery";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Destroys the dev stack and stops what `make up` started. The tools stay in their cache. */
async function down(): Promise<void> {
  mendTemporary(say);
  const cluster = chooseCluster({});
  if (existsSync(paths.cluster) && (!cluster.local || (await isUp()))) {
    const environment = await prepare(cluster, say);
    const pulumi = new Pulumi(environment);
    mendBackend(say);
    await pulumi.ensureStack();
    await recover(pulumi, "destroy", environment, say);
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

withLock(paths.lock, down, {
  onWait: (pid) => say(`another make up or make down is running (process ${pid}); waiting for it`),
}).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
