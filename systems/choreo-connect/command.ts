import { Command } from "commander";
import { exportCommand } from "./export/export-command";

export const choreoConnect = new Command("choreo-connect")
  .description("What Choreo Connect's backends, API projects and installations are given.")
  .addCommand(exportCommand);
