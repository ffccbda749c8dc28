import { Command } from "commander";
import { withExportOptions, type ExportOptions } from "../../../export/options";
import { saveExport } from "../../../export/save";
import { exportText } from "../../../export/text";
import { readAnyOutputs } from "../../../command/stack-outputs";
import { filesOf } from "./exported-files";
import { jksFiles } from "./jks";
import { nextSteps } from "./next-steps";
import { readChoreoConnect, readKept } from "./stack";
import { say } from "../../../command/say";

export const exportCommand = withExportOptions(new Command("export"))
  .description(
    "Writes the files of backends and API projects, and of the distribution with docker-compose; private keys into files that only you can read.",
  )
  .action(async ({ stack: name, to, force, json }: ExportOptions) => {
    const { origin, content } = await readAnyOutputs({ kind: "stack", name });
    const stack = readChoreoConnect(content, origin);
    const files = filesOf(stack, await readKept(name));
    const all = [...files, ...(await jksFiles(stack, files))].sort((one, other) =>
      one.path < other.path ? -1 : 1,
    );
    const saved = saveExport(to, all, { system: "choreoConnect", force: force ?? false });
    const next = nextSteps(stack, to);
    say(
      json
        ? `${JSON.stringify({ origin, directory: to, ...saved, next }, null, 2)}\n`
        : exportText("Choreo Connect", saved, to, next),
    );
  });
