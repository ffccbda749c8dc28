import { Command } from "commander";
import { COMMANDS } from "../../systems/commands";
import { exportCommand } from "./export-command";
import { importCommand } from "./import-command";

/** Systems whose parties exchange requests and certificates as files. */
export const EXCHANGES = COMMANDS.flatMap(({ exchange }) => exchange ?? []);

export const enroll = new Command("enroll")
  .description("Transfers requests, certificates and CAs between stacks that share no backend.")
  .addCommand(exportCommand(EXCHANGES))
  .addCommand(importCommand(EXCHANGES));
