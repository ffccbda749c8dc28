/**
 * Creates the report for one stack: runs `countersign report`, and writes the page of the run and the files that a
 * later job reads.
 *
 * In the environment: STACK; DIRECTORY, the project's folder (default "."); REPORTS, the folder for the files; BASE, a
 * revision to compare with, and FAIL_ON, the findings to fail on (or "none"), both as `countersign report` takes them.
 * The exit status is that of the command: 0 if nothing was found, 1 if something was, 2 if the preview failed or there
 * is no report.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { addSummary, fail, required, variable } from "./workflow";

/** Value of FAIL_ON for no findings, since an unset variable has a default in the workflow. */
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
  // A failed preview can have a report too, which says why it failed.
  const made = existsSync(file);
  const result = made && (status === 0 || status === 1) ? status : 2;
  writeFileSync(join(folder, `${stack}.json`), JSON.stringify({ stack, status: result }));
  addSummary(
    made ? readFileSync(file, "utf8") : `There is no report for \`${stack}\`: its log says why.`,
  );
  return result;
}

function argumentsFor(stack: string, file: string): readonly string[] {
  const base = variable("BASE");
  const failOn = variable("FAIL_ON");
  return [
    "report",
    "--stack",
    stack,
    "--format",
    "markdown",
    "--output",
    file,
    ...(base === undefined ? [] : ["--base", base]),
    ...(failOn === undefined || failOn === NOTHING ? [] : ["--fail-on", failOn]),
  ];
}

try {
  process.exitCode = main();
} catch (error) {
  fail(error);
}
