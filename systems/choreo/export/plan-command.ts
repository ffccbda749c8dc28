import { Command } from "commander";
import { say, sayJson } from "../../../command/say";
import { readStackDocument } from "../../../command/stack-outputs";
import { readChoreo, type ChoreoOutputs, type Row } from "../outputs";

interface Options {
  readonly stack?: string;
  readonly json?: true;
}

export const planCommand = new Command("plan")
  .description(
    "Lists the files and variables of each component, which people enter into Choreo's console. Keys are shown as hashes.",
  )
  .option("-s, --stack <name>", "the Pulumi stack (default: the selected one)")
  .option("--json", "print an array for programs")
  .action(async ({ stack: name, json }: Options) => {
    const outputs = readChoreo(await readStackDocument({ kind: "stack", name }));
    if (json) sayJson(planJson(outputs));
    else say(planText(outputs));
  });

/** Renders the rows of all components. */
export function planJson({ choreo: { components } }: ChoreoOutputs): string {
  const rows = Object.values(components).flatMap(({ plan, workload }) =>
    plan.map((row) => ({ ...row, ...entryOf(row, workload) })),
  );
  return `${JSON.stringify(rows, null, 2)}\n`;
}

/** Renders a table for each component. */
export function planText({ choreo: { components } }: ChoreoOutputs): string {
  const groups = Object.entries(components).map(([name, component]) => {
    const rows = component.plan.map((row) => [
      row.kind,
      row.name,
      row.secret ? "secret" : "",
      row.mountPath ?? row.variable ?? "",
      row.value ?? `sha256 ${row.sha256.slice(0, 16)}`,
      lastCell(row, component.workload),
    ]);
    const widths = [0, 1, 2, 3, 4].map((at) =>
      Math.max(...rows.map((row) => row[at]?.length ?? 0)),
    );
    const lines = rows.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  "));
    return [name, ...lines.map((line) => `  ${line.trimEnd()}`), ""].join("\n");
  });
  return groups.join("\n");
}

type Workload = ChoreoOutputs["choreo"]["components"][string]["workload"];

/** Returns the name of a key in OpenChoreo's secret store. */
function entryOf({ holds }: Row, workload: Workload): { readonly storeEntry?: string } {
  const entry = workload?.keyReference;
  return holds === "key" && entry !== undefined ? { storeEntry: entry } : {};
}

function lastCell(row: Row, workload: Workload): string {
  const { storeEntry } = entryOf(row, workload);
  if (storeEntry !== undefined) return `in the store as ${storeEntry}`;
  return row.notAfter === undefined ? "" : `until ${row.notAfter.slice(0, 10)}`;
}
