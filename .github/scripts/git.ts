import { execFileSync } from "node:child_process";

/**
 * Returns the files that differ between a revision and the one that is checked out, as paths from the repository's
 * root. For a renamed file, it returns both paths.
 *
 * @returns undefined if the base is not known here, as for a branch's first commit or a rewritten history.
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

/** Returns a file's text at a revision; undefined if it did not exist. */
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
