import { execFileSync } from "node:child_process";

/**
 * The files that differ between a revision and the one that is checked out, by their paths from the repository's
 * root; of a file that was renamed both.
 *
 * @returns undefined if the base is not known here: a branch's first commit, or history that was written anew.
 */
export function changedFiles(base: string): readonly string[] | undefined {
  const commit = resolve(base);
  if (commit === undefined) return undefined;
  const args = ["diff", "--name-only", "--no-renames", "-z", commit, "HEAD", "--"];
  return git(...args)
    .split("\0")
    .filter((path) => path !== "");
}

export function isKnown(revision: string): boolean {
  return resolve(revision) !== undefined;
}

/** A file's text at a revision; undefined if it was not there. */
export function fileAt(base: string, path: string): string | undefined {
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
