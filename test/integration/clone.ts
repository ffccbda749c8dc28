import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { withStandIns } from "../stand-ins";

const root = resolve(__dirname, "..", "..");

/** A repository whose first commit, on branch main, is a copy of this tree, with its packages installed. */
export class Clone {
  constructor(readonly directory: string) {
    mkdirSync(directory, { recursive: true });
    const listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const files = execFileSync("git", listed, { cwd: root, encoding: "utf8" }).split("\0");
    for (const file of new Set(files)) {
      if (!existsSync(join(root, file)) || ["", "node_modules"].includes(file)) continue;
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      copyFileSync(join(root, file), join(directory, file));
    }
    linkPackages(join(directory, "node_modules"));
    // It shares what is compiled here.
    mkdirSync(join(root, ".countersign", "build"), { recursive: true });
    mkdirSync(join(directory, ".countersign"));
    symlinkSync(join(root, ".countersign", "build"), join(directory, ".countersign", "build"));
    this.git("init", "--quiet", "--initial-branch=main");
    this.commit();
  }

  read(file: string): string {
    return readFileSync(join(this.directory, file), "utf8");
  }

  /** Replaces text in a file, which must contain it. */
  edit(file: string, from: string, to: string): this {
    const text = this.read(file);
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    return this.write(file, text.replace(from, to));
  }

  write(file: string, text: string): this {
    mkdirSync(dirname(join(this.directory, file)), { recursive: true });
    writeFileSync(join(this.directory, file), text);
    return this;
  }

  /** Has a project's stacks deploy the stand-ins in place of published charts. */
  useStandIns(folder: string): this {
    const charts = relative(folder, "charts");
    for (const file of readdirSync(join(this.directory, folder)))
      if (/^Pulumi\..+\.yaml$/.test(file)) {
        const stack = join(folder, file);
        this.write(stack, withStandIns(this.read(stack), charts));
      }
    return this;
  }

  /** Commits everything. @returns the commit's hash. */
  commit(): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", "Change");
    return this.git("rev-parse", "HEAD");
  }

  /** Checks out what GitHub would for a pull request with these changes: its merge into main. */
  pullRequest(change: (clone: Clone) => void): void {
    this.git("checkout", "--quiet", "-B", "branch", "main");
    change(this);
    this.commit();
    this.git("checkout", "--quiet", "--detach", "main");
    this.git("merge", "--quiet", "--no-ff", "--message", "Merge", "branch");
  }

  /** Returns the files of the repository that differ from their committed state. */
  changed(): string[] {
    const listed = this.git("diff", "--name-only");
    return listed.split("\n").filter((file) => file !== "");
  }

  /** Goes back to main, on which everything else starts. */
  main(): this {
    this.git("checkout", "--quiet", "main");
    return this;
  }

  git(...args: readonly string[]): string {
    const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
    return execFileSync("git", [...identity, ...args], {
      cwd: this.directory,
      encoding: "utf8",
    }).trim();
  }
}

/** Links the packages that are installed here, as if `make` had run `npm ci` in the clone. */
function linkPackages(folder: string): void {
  mkdirSync(folder);
  for (const name of readdirSync(join(root, "node_modules")))
    symlinkSync(join(root, "node_modules", name), join(folder, name));
  const stamp = join(folder, ".countersign-installed");
  rmSync(stamp, { force: true });
  writeFileSync(stamp, "");
}
