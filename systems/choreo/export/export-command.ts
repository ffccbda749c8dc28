import { CannotCheck } from "../../../command/failure";
import { exportCommand as commandOf } from "../../../export/command";
import { entersKeys, readChoreo } from "../outputs";
import { filesOf } from "./exported-files";
import { KEY_FILES_STEP, keyFilesOf } from "./key-files";
import { readKeys } from "./keys";

export const exportCommand = commandOf({
  description:
    "Writes what people enter into Choreo's console, or into the secret store of OpenChoreo, to files that only you can read, including keys.",
  record: ".countersign-choreo.json",
  read: async ({ origin, content, keys: askFor }, to) => {
    const outputs = readChoreo(content, origin);
    if (!entersKeys(outputs)) {
      throw new CannotCheck(
        "nothing is entered by hand here: the stack deploys the Workloads, and their keys get into the secret store as choreo.target.openchoreo.secretStore says",
      );
    }
    const keys = await askFor(readKeys);
    const target = outputs.choreo.target.kind;
    const [purpose, files, step] =
      target === "console"
        ? ([
            "Choreo's console",
            filesOf(outputs, keys),
            "enter it as `countersign choreo plan` lists it",
          ] as const)
        : (["the secret store of OpenChoreo", keyFilesOf(outputs, keys), KEY_FILES_STEP] as const);
    return { target, purpose, files, next: [step, `delete ${to}, which holds private keys`] };
  },
});
