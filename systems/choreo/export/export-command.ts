import { posix } from "node:path";
import { CannotCheck } from "../../../command/failure";
import { KEY_PROPERTY } from "../../../components/choreo/openchoreo";
import { mountProblem, mountsClash } from "../../../components/choreo/places";
import { exportCommand as commandOf } from "../../../export/command";
import type { ExportedFile } from "../../../export/save";
import { quote } from "../../../x509";
import {
  entersKeys,
  plannedContent,
  readChoreo,
  readKeys,
  type ChoreoOutputs,
  type ComponentKeys,
  type Row,
} from "../outputs";

export const exportCommand = commandOf({
  description:
    "Writes what people enter into Choreo's console, or into the secret store of OpenChoreo, to files that only you can read, including keys.",
  record: ".countersign-choreo.json",
  read: async (source, to) => {
    const outputs = readChoreo(source);
    if (!entersKeys(outputs)) {
      throw new CannotCheck(
        "nothing is entered by hand here: the stack deploys the Workloads, and their keys get into the secret store as choreo.target.openchoreo.secretStore says",
      );
    }
    const keys = await source.keys(readKeys);
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

/** Files that an export adds to a component's folder. */
const OWN = {
  /** Variables, one `NAME=value` per line; a value with line breaks is a JSON string. */
  variables: "env",
  /** Keeps git away from keys. */
  ignore: ".gitignore",
} as const;

/**
 * Returns the files of all components at the paths where they are mounted, and each component's variables.
 *
 * @throws CannotCheck if something is missing, or does not match the plan.
 */
export function filesOf(outputs: ChoreoOutputs, keys: ComponentKeys): ExportedFile[] {
  return Object.entries(outputs.choreo.components).flatMap(([component, { plan }]) => {
    const content = (row: Row) => contentOf(row, component, outputs, keys);
    const file = (path: string, content: string): ExportedFile => ({
      path: posix.join(component, path),
      content,
      isSecret: true,
    });
    const mounted = plan.flatMap((row) =>
      row.mountPath === undefined ? [] : [file(checked(component, row.mountPath), content(row))],
    );
    const lines = plan.flatMap((row) =>
      row.variable === undefined ? [] : [`${row.variable}=${quoted(content(row))}\n`],
    );
    return [...mounted, file(OWN.variables, lines.join("")), file(OWN.ignore, "*\n")];
  });
}

/** @throws CannotCheck if the stack does not have the content of the row. */
function contentOf(
  row: Row,
  component: string,
  outputs: ChoreoOutputs,
  keys: ComponentKeys,
): string {
  const content = plannedContent(row, component, outputs, keys);
  if (content !== undefined) return content;
  throw new CannotCheck(
    `the ${row.holds} of ${component} is not what the stack's plan says: run \`pulumi up\`, and export again`,
  );
}

/** Checks that a path stays within a component's folder: it comes from outputs, which somebody may have edited. */
function checked(component: string, mountPath: string): string {
  const problem = mountProblem(mountPath);
  if (problem !== undefined || !/^[a-z\d-]+$/.test(component)) {
    throw new CannotCheck(
      `the outputs have a file of ${quote(component)} at ${quote(mountPath)}, which cannot be exported: run \`pulumi up\` first`,
    );
  }
  const own = Object.values(OWN).find((name) => mountsClash(mountPath, `/${name}`));
  if (own !== undefined) {
    throw new CannotCheck(
      `${component} mounts a file at ${mountPath}, where an export puts its own file ${own}: give it another path under choreo.components.${component}.mounts`,
    );
  }
  return mountPath.slice(1);
}

function quoted(value: string): string {
  return value.includes("\n") ? JSON.stringify(value) : value;
}

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
const KEY_FILES_STEP =
  "write each file into the secret store of the data plane, under the file's name and with the property " +
  `${KEY_PROPERTY}; into OpenBao, for example: \`bao kv put secret/NAME ${KEY_PROPERTY}=@NAME\``;
