import { existsSync, realpathSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { TIMEOUT, Unavailable, runProgram, type TemporaryFolder } from "./programs";

/**
 * Writes a folder or file, as it is in a revision, into a temporary folder.
 *
 * @param project folder in the working tree.
 * @param path relative to it.
 * @returns its path there, or undefined if the revision has no such path.
 * @throws Unavailable if there is no such revision, or git fails.
 */
export async function exportFromGit(
  project: string,
  revision: string,
  path: string,
  temporary: TemporaryFolder,
): Promise<string | undefined> {
  const top = (await git(project, ["rev-parse", "--show-toplevel"])).trim();
  const within = relative(realpathSync(top), resolve(realpathSync(project), path));
  if (within === ".." || within.startsWith("../")) return undefined;

  const commit = await commitOf(project, revision);
  const listed = within === "" ? "." : `:(top,literal)${within}`;
  if (
    within !== "" &&
    (await git(top, ["ls-tree", "--name-only", "--full-tree", commit, "--", within])) === ""
  ) {
    return undefined;
  }
  const folder = temporary.subfolder();
  const archive = join(temporary.subfolder(), "chart.tar");
  await git(top, ["archive", "--format=tar", `--output=${archive}`, commit, "--", listed]);
  const { failure, stderr } = await runProgram("tar", ["-xf", archive, "-C", folder]);
  if (failure !== undefined) throw new Unavailable(`\`tar\` failed: ${stderr.trim()}`);
  const exported = join(folder, within);
  return existsSync(exported) ? exported : undefined;
}

async function commitOf(project: string, revision: string): Promise<string> {
  // Ends the options, so that a revision is not taken for one.
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
  const { stdout, failure } = await run(project, args);
  if (failure === undefined) return stdout.trim();
  throw new Unavailable(`git does not know revision ${revision} here (is the clone shallow?)`);
}

async function git(folder: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr, failure } = await run(folder, args);
  if (failure === undefined) return stdout;
  if (failure === "timeout")
    throw new Unavailable(`\`git ${args[0] ?? ""}\` did not finish within ${TIMEOUT / 1000} s`);
  throw new Unavailable(`\`git ${args[0] ?? ""}\` failed: ${stderr.replace(/\s+/g, " ").trim()}`);
}

async function run(folder: string, args: readonly string[]) {
  const outcome = await runProgram("git", ["-C", folder, ...args]);
  if (outcome.failure === "missing") {
    throw new Unavailable("there is no `git` on the PATH to get the deployed charts with");
  }
  return outcome;
}
