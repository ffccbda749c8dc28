import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** A local copy of a public git repository, with its history; a work tree is not needed. */
export class GitSnapshot {
  private constructor(
    private readonly directory: string,
    readonly repository: string,
  ) {}

  /**
   * Finds the snapshot of a repository in a folder of snapshots, as `owner/name` or `owner+name`.
   *
   * @throws Error if it does not exist.
   */
  static find(snapshots: string, repository: string): GitSnapshot {
    const names = [repository, repository.replace("/", "+")];
    const places = names.flatMap((name) =>
      ["repo", ".git", ""].map((inner) => join(snapshots, name, inner)),
    );
    const found = places.find((place) => existsSync(join(place, "objects")));
    if (found === undefined) {
      throw new Error(
        `no snapshot of ${repository} in ${snapshots}: clone it there, with its history, as ${repository}`,
      );
    }
    return new GitSnapshot(found, repository);
  }

  /** Returns the full hash of a commit or tag; undefined if the snapshot lacks it. */
  commit(revision: string): string | undefined {
    try {
      return this.git(["rev-parse", "--verify", "--quiet", `${revision}^{commit}`]).trim();
    } catch {
      return undefined;
    }
  }

  /** Returns the commits that changed a file, the newest first, each with the file's text. */
  async history(path: string): Promise<{ commit: string; text: string }[]> {
    const commits = this.git(["log", "--format=%H", "--", path]).trim().split("\n");
    const child = spawn("git", ["-C", this.directory, "cat-file", "--batch"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin.end(commits.map((commit) => `${commit}:${path}\n`).join(""));
    const [output] = await Promise.all([text(child.stdout), once(child, "close")]);
    return blobs(output).flatMap((blob, position) => {
      const commit = commits[position];
      return blob === undefined || commit === undefined ? [] : [{ commit, text: blob }];
    });
  }

  /** Writes a folder of a commit, without the folders above it. */
  extract(commit: string, folder: string, target: string): void {
    mkdirSync(target, { recursive: true });
    const archive = execFileSync("git", ["-C", this.directory, "archive", `${commit}:${folder}`], {
      maxBuffer: 1 << 28,
    });
    execFileSync("tar", ["-x", "-C", target], { input: archive });
  }

  private git(args: readonly string[]): string {
    return execFileSync("git", ["-C", this.directory, ...args], {
      encoding: "utf8",
      maxBuffer: 1 << 26,
      stdio: ["ignore", "pipe", "ignore"],
    });
  }
}

/**
 * Returns the objects that `git cat-file --batch` prints, undefined for each that a commit lacks. All of them are ASCII
 * here.
 */
function blobs(output: string): (string | undefined)[] {
  const found: (string | undefined)[] = [];
  const bytes = Buffer.from(output);
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf("\n", at);
    const header = bytes.subarray(at, end).toString();
    const size = / blob (\d+)$/.exec(header)?.[1];
    if (size === undefined) {
      found.push(undefined);
      at = end + 1;
    } else {
      const from = end + 1;
      found.push(bytes.subarray(from, from + Number(size)).toString());
      at = from + Number(size) + 1;
    }
  }
  return found;
}
