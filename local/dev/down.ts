import { existsSync, realpathSync, rmSync } from "node:fs";
import { controlPlaneStatus, stopControlPlane } from "..";
import { endOrphanedPlugins } from "../../cli/recovery/orphans";
import { STACK, chooseCluster, paths, prepare, root, runAlone, say } from "./environment";
import { Pulumi } from "./pulumi";
import { mendBackend, mendTemporary, recover } from "./recovery";

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

runAlone(down);
