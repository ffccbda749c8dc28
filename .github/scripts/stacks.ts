/**
 * Tells a workflow which stacks to work on.
 *
 *   stacks.ts all       the stacks that SELECT names
 *   stacks.ts changed   those of them that have changed since BASE
 *   stacks.ts up        those of them to deploy after such changes, in steps; or those in STACKS, changed or not
 *
 * In the environment: SELECT, patterns of stack names; DIRECTORY, the project's folder (default "."); BASE, a revision;
 * STACKS, names or patterns; REQUESTS, "true" to publish the organizations' requests first. It runs in the repository's
 * root, and sets the outputs `stacks` and, for up, `step-1`, `step-2`, … and `base`, which is BASE if it is known here.
 */
import { posix } from "node:path";
import { execFileSync } from "node:child_process";
import { parse } from "yaml";
import {
  readStackFolder,
  readYaml,
  selectStacks,
  type StackFolder,
} from "../../cli/fleet/stack-folder";
import {
  asksAnew,
  changedStacks,
  referencesOf,
  removedStacks,
  type Project,
} from "./changed-stacks";
import { affectedBy, deploymentSteps } from "./steps";
import { fail, notice, required, setOutputs, variable } from "./workflow";

/** Largest number of jobs in a matrix. */
const MOST_JOBS = 256;

type Stacks = StackFolder["stacks"];

const directory = folderOf(variable("DIRECTORY") ?? ".");
const stackFile = (name: string) => posix.join(directory, `Pulumi.${name}.yaml`);

function main(what: string | undefined): void {
  const patterns = variable("SELECT");
  if (patterns === undefined) {
    notice("No stacks are selected: set the variable COUNTERSIGN_STACKS (docs/pull-requests.md).");
    setOutputs({ stacks: [], ...(what === "up" && { base: "", ...outputsOf([[], [], []]) }) });
    return;
  }
  const stacks = selectStacks(readStackFolder(directory || ".").stacks, split(patterns));
  check(stacks);
  if (what === "all") setOutputs({ stacks: namesOf(stacks) });
  else if (what === "changed") setOutputs({ stacks: changedSince(required("BASE"), stacks) });
  else if (what === "up") up(stacks);
  else throw new Error(`"${String(what)}" is not one of all, changed, up`);
}

/** @param base a revision; undefined if there is none to compare with. */
function changedSince(base: string | undefined, stacks: Stacks): readonly string[] {
  const files = base === undefined ? undefined : changedFiles(base);
  if (files === undefined) {
    const reason =
      base === undefined ? "Nothing has been deployed yet" : `${base} is not known here`;
    notice(`${reason}, so all stacks count as changed.`);
    return namesOf(stacks);
  }
  const project: Project = {
    directory,
    stacks: stacks.map(({ name }) => ({
      name,
      references: referencesOf(readYaml(stackFile(name)), directory),
    })),
  };
  for (const name of removedStacks(files, project)) {
    notice(
      `${stackFile(name)} was deleted or is not selected; its stack stays deployed unchanged.`,
    );
  }
  return changedStacks(files, project);
}

function up(stacks: Stacks): void {
  const asked = variable("STACKS");
  const base = variable("BASE");
  const names = asked
    ? namesOf(selectStacks(stacks, split(asked)))
    : affectedBy(new Set(changedSince(base, stacks)), stacks);
  const publishes = (name: string) =>
    asked
      ? variable("REQUESTS") === "true"
      : asksAnew(before(base, name), readYaml(stackFile(name)));
  const steps = deploymentSteps(
    stacks.filter(({ name }) => names.includes(name)),
    publishes,
  );
  const known = base !== undefined && isKnown(base) ? base : "";
  setOutputs({ stacks: names, base: known, ...outputsOf(steps) });
}

function before(base: string | undefined, name: string): unknown {
  try {
    return base === undefined ? undefined : parse(fileAt(base, stackFile(name)) ?? "");
  } catch {
    return undefined;
  }
}

function outputsOf(steps: readonly (readonly unknown[])[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(steps.map((step, position) => [`step-${position + 1}`, step]));
}

/** Checks the names of stacks, which become names of jobs, environments and artifacts. */
function check(stacks: Stacks): void {
  const strange = stacks.find(({ name }) => !/^[\w.-]{1,100}$/.test(name));
  if (strange) throw new Error(`${JSON.stringify(strange.name)} is not a stack name`);
  if (stacks.length > MOST_JOBS) {
    throw new Error(
      `${stacks.length} stacks are selected, but a matrix has at most ${MOST_JOBS} jobs: divide them between copies of the workflow, each with its own patterns`,
    );
  }
}

/** Returns the path from the repository's root, without a trailing slash; "" for the root itself. */
function folderOf(path: string): string {
  const folder = posix.normalize(path).replace(/\/+$/, "");
  if (posix.isAbsolute(path) || folder.startsWith("..")) {
    throw new Error(
      `DIRECTORY is ${path}: set it to a folder of this repository, relative to its root`,
    );
  }
  return folder === "." ? "" : folder;
}

const namesOf = (stacks: Stacks) => stacks.map(({ name }) => name);
const split = (text: string) => text.split(/[\s,]+/).filter((word) => word !== "");

try {
  main(process.argv[2]);
} catch (error) {
  fail(error);
}

/**
 * Returns the files that differ between a revision and the one that is checked out, as paths from the repository's
 * root. For a renamed file, it returns both paths.
 *
 * @returns undefined if the base is not known here, as for a branch's first commit or a rewritten history.
 */
function changedFiles(base: string): readonly string[] | undefined {
  const commit = resolve(base);
  if (commit === undefined) return undefined;
  const args = ["diff", "--name-only", "--no-renames", "-z", commit, "HEAD", "--"];
  return git(...args)
    .split("\0")
    .filter((path) => path !== "");
}

function isKnown(revision: string): boolean {
  return resolve(revision) !== undefined;
}

/** Returns a file's text at a revision; undefined if it did not exist. */
function fileAt(base: string, path: string): string | undefined {
  const commit = resolve(base);
  if (commit === undefined) return undefined;
  try {
    return git("show", `${commit}:${path}`);
  } catch {
    return undefined;
  }
}

function resolve(revision: string): string | undefined {
  try {
    return git(
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${revision}^{commit}`,
    ).trim();
  } catch {
    return undefined;
  }
}

function git(...args: readonly string[]): string {
  return execFileSync("git", args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
  });
}
