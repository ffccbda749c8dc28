/**
 * Makes the report of one stack: `countersign report`, the page of the run, and the files that a later job reads.
 *
 * In the environment: STACK; DIRECTORY, the project's folder (default "."); REPORTS, the folder for the files; BASE, a
 * revision to compare with, and FAIL_ON, what is to be found (or "none"), both as `countersign report` takes them. It ends as the
 * command does: 0 nothing was found, 1 something was, 2 the preview failed or there is no report.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { addSummary, fail, required, variable } from "./workflow";

/** In place of what is to be found, where an unset variable has a default. */
const NOTHING = "none";

const COMMAND = resolve(__dirname, "..", "..", "cli", "countersign.cjs");

function main(): number {
  const stack = required("STACK");
  const folder = resolve(required("REPORTS"));
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${stack}.md`);
  const { status, error } = spawnSync(process.execPath, [COMMAND, ...argumentsFor(stack, file)], {
    cwd: variable("DIRECTORY") ?? ".",
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (error) throw error;
  // Of a preview that failed there can be a report too, which says why.
  const made = existsSync(file);
  const result = made && (status === 0 || status === 1) ? status : 2;
  writeFileSync(join(folder, `${stack}.json`), JSON.stringify({ stack, status: result }));
  addSummary(made ? readFileSync(file, "utf8") : `No report of \`${stack}\`: its log says why.`);
  return result;
}

function argumentsFor(stack: string, file: string): readonly string[] {
  const base = variable("BASE");
  const failOn = variable("FAIL_ON");
  return [
    ...["report", "--stack", stack, "--format", "markdown", "--output", file],
    ...(base === undefined ? [] : ["--base", base]),
    ...(failOn === undefined || failOn === NOTHING ? [] : ["--fail-on", failOn]),
  ];
}

try {
  process.exitCode = main();
} catch (error) {
  fail(error);
}
