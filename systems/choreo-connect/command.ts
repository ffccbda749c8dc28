import { Command } from "commander";
import { ORGANIZATION } from "../../components/choreo-connect/party";
import { hasOutput, type StackDocument } from "../../command/stack-outputs";
import type { CommandSystem } from "../../verify/system";
import { exportCommand } from "./export/export-command";
import {
  keepsKeys,
  readChoreoConnect,
  readKept,
  usesCluster,
  type ChoreoConnectStack,
} from "./outputs";
import type { ChoreoConnectSettings } from "./settings";
import { choreoConnect as configured } from "./system";
import { verifyChoreoConnect } from "./verify";

const command = new Command("choreo-connect")
  .description("Files for Choreo Connect's backends, API projects and installations.")
  .addCommand(exportCommand);

/** Outputs of a stack for its Choreo Connect, and the stack itself. */
interface Outputs extends ChoreoConnectStack {
  /** The stack whose keys can be read; undefined for outputs from a file. */
  readonly stack: StackDocument["stack"];
}

/** Choreo Connect as the command knows it. */
export const choreoConnect: CommandSystem<
  Outputs,
  ChoreoConnectSettings,
  typeof configured.sections
> = {
  ...configured,
  read: (document) =>
    hasOutput(document, "choreoConnect")
      ? { ...readChoreoConnect(document), stack: document.stack }
      : undefined,
  inCluster: usesCluster,
  verify: async (outputs, { cluster, at }) => {
    const { stack } = outputs;
    // Exported keys are read from the stack, as it is not known what happened to the exported files.
    const kept = stack && keepsKeys(outputs) ? await readKept(stack) : undefined;
    return verifyChoreoConnect(outputs, { cluster, kept }, at);
  },
  titles: ({ release }) =>
    release
      ? [[ORGANIZATION, `${ORGANIZATION} (release ${release.name} in ${release.namespace})`]]
      : [],
  commands: [command],
};
