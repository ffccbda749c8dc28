import { KEY_PROPERTY } from "../../../components/choreo/openchoreo";
import type { ExportedFile } from "../../../export/save";
import { contentOf } from "./exported-files";
import type { ComponentKeys } from "./keys";
import type { ChoreoOutputs } from "../outputs";

/**
 * The keys that people write into the secret store of OpenChoreo's data plane, each in a file that is called as its entry there.
 *
 * @throws CannotCheck if one is missing, or is not what the plan says.
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

/** What to do with them. */
export const KEY_FILES_STEP =
  "write each file into the secret store of the data plane, under the file's name and with the property " +
  `${KEY_PROPERTY}; into OpenBao, for example: \`bao kv put secret/NAME ${KEY_PROPERTY}=@NAME\``;
