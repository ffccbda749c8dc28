import { posix } from "node:path";
import { mountProblem, mountsClash } from "../../../components/choreo/places";
import { quote } from "../../../x509";
import type { ExportedFile } from "../../../export/save";
import { CannotCheck } from "../../../command/failure";
import type { ComponentKeys } from "./keys";
import type { ChoreoOutputs, Row } from "../outputs";
import { plannedContent } from "./planned-content";

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
      ...{ path: posix.join(component, path), content, isSecret: true },
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
export function contentOf(
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
