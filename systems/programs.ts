import type { ProgramSystem } from "../stack/system";
import { choreo } from "./choreo/program";
import { choreoConnect } from "./choreo-connect/program";
import { services } from "./services/program";
import { spinnaker } from "./spinnaker/program";
import { substra } from "./substra/program";

/** Systems that a stack can have. */
export const PROGRAMS: readonly ProgramSystem[] = [
  substra,
  spinnaker,
  choreo,
  choreoConnect,
  services,
];
