import { Command } from "commander";
import { withExportOptions, type ExportOptions } from "../export/options";
import { saveExport } from "../export/save";
import { exportText } from "../export/text";
import { CannotCheck } from "../failure";
import { readAnyOutputs } from "../stack-outputs";
import { filesOf } from "./exported-files";
import { readKeys } from "./keys";
import { readChoreo } from "./outputs";

export const exportCommand = withExportOptions(new Command("export"))
  .description(
    "Writes what Choreo's console is to be given into files that only you can read, keys included.",
  )
  .action(async ({ stack: name, to, force, json }: ExportOptions) => {
    const { origin, content } = await readAnyOutputs({ kind: "stack", name });
    const outputs = readChoreo(content, origin);
    if (outputs.choreo.target.kind !== "console") {
      throw new CannotCheck(
        "nothing is entered by hand with the target openchoreo: the Workloads are deployed, and the keys are in Secrets beside them",
      );
    }
    const files = filesOf(outputs, await readKeys(name));
    const saved = saveExport(to, files, { system: "choreo", force: force ?? false });
    process.stdout.write(
      json
        ? `${JSON.stringify({ origin, directory: to, ...saved }, null, 2)}\n`
        : exportText("Choreo's console", saved, to, [
            "enter it as `countersign choreo plan` lists it",
            `delete ${to}, which holds private keys`,
          ]),
    );
  });
