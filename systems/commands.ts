import type { ConfiguredSystem } from "../config/system";
import { choreo } from "./choreo/system";
import { choreoConnect } from "./choreo-connect/system";
import { spinnaker } from "./spinnaker/system";
import { substra } from "./substra/system";

/** The systems as the command knows them, which loads no Pulumi. */
export const COMMANDS: readonly ConfiguredSystem[] = [substra, spinnaker, choreo, choreoConnect];
