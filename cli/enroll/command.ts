import { Command } from "commander";
import { exportCommand } from "./export-command";
import { importCommand } from "./import-command";

export const enroll = new Command("enroll")
  .description("Carries requests, certificates and CAs between stacks that share no backend.")
  .addCommand(exportCommand)
  .addCommand(importCommand);

// As every command of ours: called wrongly is not the same as refused.
for (const command of enroll.commands) command.exitOverride();
