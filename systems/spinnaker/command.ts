import { Command } from "commander";
import type { CommandSystem } from "../../verify/system";
import { exportCommand } from "./export/export-command";
import { readSpinnaker, type SpinnakerStack } from "./outputs";
import { spinnaker as configured, type SpinnakerSettings } from "./system";
import { verifySpinnaker } from "./verify";

const command = new Command("spinnaker")
  .description("Exports the configuration of a stack's Spinnaker for whoever deploys it.")
  .addCommand(exportCommand);

/** Spinnaker for the command. */
export const spinnaker: CommandSystem<
  SpinnakerStack,
  SpinnakerSettings,
  typeof configured.sections
> = {
  ...configured,
  read: readSpinnaker,
  inCluster: () => true,
  verify: async (outputs, { cluster, at }) =>
    cluster ? verifySpinnaker(cluster, outputs, at) : [],
  // A service's main result is its phase, so a folded service shows it in its only line.
  titles: (_, checks, folded) =>
    checks
      .filter(({ code }) => folded && code === "phase")
      .map(({ party, message }) => [party, `${party} (${message})`]),
  kinds: [
    {
      // Types of the open-source Operator and of Armory's.
      type: /^kubernetes:spinnaker\.(?:armory\.)?io\/[^:]+:SpinnakerService$/,
      holds: "all of Spinnaker",
      settings: "spinnakerConfig",
    },
  ],
  commands: [command],
};
