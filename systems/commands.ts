import type { CommandSystem } from "../verify/system";
import { choreo } from "./choreo/command";
import { choreoConnect } from "./choreo-connect/command";
import { services } from "./services/command";
import { spinnaker } from "./spinnaker/command";
import { substra } from "./substra/command";

/** Systems of the command, which does not load Pulumi. */
export const COMMANDS: readonly CommandSystem[] = [
  substra,
  spinnaker,
  choreo,
  choreoConnect,
  services,
];
