import { Command } from "commander";
import { exportCommand } from "./export-command";

export const spinnaker = new Command("spinnaker")
  .description("Hands the configuration of a stack's Spinnaker to who deploys it.")
  .addCommand(exportCommand);

// As every command of ours: called wrongly is not the same as a check that fails.
for (const command of spinnaker.commands) command.exitOverride();
