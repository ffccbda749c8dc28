import { Command } from "commander";
import type { CommandSystem } from "../../verify/system";
import { exportCommand } from "./export/export-command";
import { readSpinnaker, type SpinnakerStack } from "./outputs";
import type { SpinnakerSettings } from "./settings";
import { spinnaker as configured } from "./system";
import { verifySpinnaker } from "./verify";

const command = new Command("spinnaker")
  .description("Hands the configuration of a stack's Spinnaker to whoever deploys it.")
  .addCommand(exportCommand);

/** Spinnaker as the command knows it. */
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
  // What is known of a service is its phase, so it stands in what is left of it.
  titles: (_, checks, folded) =>
    checks
      .filter(({ code }) => folded && code === "phase")
      .map(({ party, message }) => [party, `${party} (${message})`]),
  kinds: [
    {
      // The types of the open-source Operator and of Armory's.
      type: /^kubernetes:spinnaker\.(?:armory\.)?io\/[^:]+:SpinnakerService$/,
      holds: "all of Spinnaker",
      settings: "spinnakerConfig",
    },
  ],
  commands: [command],
};
