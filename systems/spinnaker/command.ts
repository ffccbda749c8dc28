import { Command } from "commander";
import { exportCommand } from "./export/export-command";

export const spinnaker = new Command("spinnaker")
  .description("Hands the configuration of a stack's Spinnaker to who deploys it.")
  .addCommand(exportCommand);
