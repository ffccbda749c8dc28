import { Command } from "commander";
import { withExportOptions, type ExportOptions } from "../../../export/options";
import { saveExport } from "../../../export/save";
import { exportText } from "../../../export/text";
import { CannotCheck } from "../../../command/failure";
import { readAnyOutputs } from "../../../command/stack-outputs";
import { filesOf } from "./exported-files";
import { KEY_FILES_STEP, keyFilesOf } from "./key-files";
import { readKeys } from "./keys";
import { entersKeys, readChoreo } from "../outputs";
import { say } from "../../../command/say";

export const exportCommand = withExportOptions(new Command("export"))
  .description(
    "Writes what people enter into Choreo's console, or into the secret store of an OpenChoreo, into files that only you can read, keys included.",
  )
  .action(async ({ stack: name, to, force, json }: ExportOptions) => {
    const { origin, content } = await readAnyOutputs({ kind: "stack", name });
    const outputs = readChoreo(content, origin);
    if (!entersKeys(outputs)) {
      throw new CannotCheck(
        "nothing is entered by hand here: the stack deploys the Workloads, and their keys get into the secret store by choreo.target.openchoreo.secretStore",
      );
    }
    const keys = await readKeys(name);
    const { what, files, step } =
      outputs.choreo.target.kind === "console"
        ? {
            what: "Choreo's console",
            files: filesOf(outputs, keys),
            step: "enter it as `countersign choreo plan` lists it",
          }
        : {
            what: "the secret store of OpenChoreo",
            files: keyFilesOf(outputs, keys),
            step: KEY_FILES_STEP,
          };
    const saved = saveExport(to, files, { system: "choreo", force: force ?? false });
    say(
      json
        ? `${JSON.stringify({ origin, directory: to, ...saved }, null, 2)}\n`
        : exportText(what, saved, to, [step, `delete ${to}, which holds private keys`]),
    );
  });
