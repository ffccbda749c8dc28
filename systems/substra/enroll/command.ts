import { Command } from "commander";
import { exportCommand } from "./export-command";
import { importCommand } from "./import-command";

export const enroll = new Command("enroll")
  .description("Transfers requests, certificates and CAs between stacks that share no backend.")
  .addCommand(exportCommand)
  .addCommand(importCommand);
