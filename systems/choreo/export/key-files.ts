import { KEY_PROPERTY } from "../../../components/choreo/openchoreo";
import type { ExportedFile } from "../../../export/save";
import { contentOf } from "./exported-files";
import type { ComponentKeys } from "./keys";
import type { ChoreoOutputs } from "../outputs";

/**
 * Returns the keys that people write into the secret store of OpenChoreo's data plane, each in a file with the name of
 * its entry there.
 *
 * @throws CannotCheck if a key is missing, or does not match the plan.
 */
export function keyFilesOf(outputs: ChoreoOutputs, keys: ComponentKeys): ExportedFile[] {
  const files = Object.entries(outputs.choreo.components).flatMap(
    ([component, { plan, workload }]): ExportedFile[] => {
      const [path, row] = [workload?.keyReference, plan.find(({ holds }) => holds === "key")];
      if (path === undefined || row === undefined) return [];
      return [{ path, content: contentOf(row, component, outputs, keys), isSecret: true }];
    },
  );
  // Keeps git away from keys.
  return [...files, { path: ".gitignore", content: "*\n", isSecret: true }];
}

/** Instruction for these files. */
export const KEY_FILES_STEP =
  "write each file into the secret store of the data plane, under the file's name and with the property " +
  `${KEY_PROPERTY}; into OpenBao, for example: \`bao kv put secret/NAME ${KEY_PROPERTY}=@NAME\``;
