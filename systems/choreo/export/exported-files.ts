import { posix } from "node:path";
import { mountProblem, mountsClash } from "../../../components/choreo/places";
import { quote } from "../../../x509";
import type { ExportedFile } from "../../../export/save";
import { CannotCheck } from "../../../command/failure";
import type { ComponentKeys } from "./keys";
import type { ChoreoOutputs, Row } from "../outputs";
import { plannedContent } from "./planned-content";

/** What an export has of its own in a component's folder. */
const OWN = {
  /** Variables, one `NAME=value` a line; a value with line breaks is a JSON text. */
  variables: "env",
  /** Keeps git away from keys. */
  ignore: ".gitignore",
} as const;

/**
 * The files of all components as they are mounted, and for each the variables.
 *
 * @throws CannotCheck if something is missing, or is not what the plan says.
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

/** @throws CannotCheck if the stack has not what the row is of. */
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

/** Below a component's folder; names come from outputs, which somebody may have edited. */
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
      `${component} mounts a file at ${mountPath}, where an export has a file ${own} of its own: give it another path under choreo.components.${component}.mounts`,
    );
  }
  return mountPath.slice(1);
}

function quoted(value: string): string {
  return value.includes("\n") ? JSON.stringify(value) : value;
}
