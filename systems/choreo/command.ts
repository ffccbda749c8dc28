import { Command } from "commander";
import { WORKLOAD } from "../../components/choreo/openchoreo";
import { partyOf } from "../../components/choreo/project";
import { exportCommand } from "./export/export-command";
import type { CommandSystem } from "../../verify/system";
import { waitingChecks } from "../../verify/check";
import { entersKeys, readChoreoStack, readKeys, type ChoreoStack } from "./outputs";
import { choreo as configured, type ChoreoSettings } from "./system";
import { verifyChoreo } from "./verify";
import { planCommand } from "./export/plan-command";

const command = new Command("choreo")
  .description("Files and variables of the components of a Choreo project.")
  .addCommand(planCommand)
  .addCommand(exportCommand);

/** Choreo as the command knows it. */
export const choreo: CommandSystem<ChoreoStack, ChoreoSettings, typeof configured.sections> = {
  ...configured,
  read: readChoreoStack,
  inCluster: ({ choreo: { target } }) => target.kind === "openchoreo",
  verify: async (outputs, { cluster, at }) => {
    const { stack, waiting } = outputs;
    // Keys that people enter by hand are read from the stack, as no program can read them where they are entered.
    const keys = stack && entersKeys(outputs) ? await readKeys(stack) : undefined;
    return [
      ...(await verifyChoreo(outputs, { cluster, keys }, new Set(waiting.keys()), at)),
      ...[...waiting].flatMap(([name, reason]) =>
        waitingChecks({
          party: partyOf(name),
          what: "it waits",
          reasons: [reason],
          todo: "If the server's host is not known otherwise, deploy the server once. Then write its project URL into the configuration, and run `pulumi up`.",
        }),
      ),
    ];
  },
  // OpenChoreo creates Deployments from Workloads.
  kinds: [{ type: new RegExp(`^kubernetes:${WORKLOAD.apiVersion}:${WORKLOAD.kind}$`) }],
  commands: [command],
};
