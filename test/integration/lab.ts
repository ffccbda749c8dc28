import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layoutOf } from "../../local/directory";
import { runningPid } from "../../local/processes";
import { ensureToolchain } from "../../toolchain";
import { PrivateKeys } from "../leaks/keys";
import { WrittenFiles } from "../leaks/written-files";
import { Clone } from "./clone";
import { homeIn } from "./home";

/** The result of a command. */
export interface Ended {
  readonly status: number | null;
  /** What the command printed, including errors. */
  readonly printed: string;
}

/** A running command in its own process group, which the control plane's processes leave. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves as soon as the command has printed the text. */
  readonly prints: (text: string) => Promise<void>;
}

/**
 * A clone in which `make` runs as for a newcomer, who has another stack's passphrase in the shell and no cluster. It
 * has its own home directory and temporary files, and keeps every written file, to search it for private keys.
 */
export class Lab {
  readonly keys = new PrivateKeys();

  private constructor(
    readonly base: string,
    readonly clone: Clone,
    /** Variables that differ from this process's environment. */
    readonly environment: Readonly<Record<string, string>>,
    readonly files: WrittenFiles,
  ) {}

  static async create(name: string): Promise<Lab> {
    const toolchain = await ensureToolchain(["pulumi", "cluster"]);
    const base = mkdtempSync(join(tmpdir(), `countersign-${name}-`));
    const clone = new Clone(join(base, "clone"));
    const environment = {
      ...toolchain.env,
      KUBECONFIG: "",
      CI: "true",
      PULUMI_CONFIG_PASSPHRASE: "of another stack",
      ...homeIn(base, toolchain.env),
    };
    const files = await WrittenFiles.watch(base);
    return new Lab(base, clone, environment, files);
  }

  /** The folder of everything that `make up` writes into the repository. */
  get belongings(): string {
    return join(this.clone.directory, ".countersign");
  }

  get kubeconfig(): string {
    return layoutOf(join(this.belongings, "local")).kubeconfig;
  }

  /** Returns the process ID of a component of the local control plane; undefined if it does not run. */
  pidOf(component: string): number | undefined {
    return runningPid(layoutOf(join(this.belongings, "local")), component);
  }

  start(target: string): Running {
    const child = spawn("make", [target], {
      cwd: this.clone.directory,
      env: { ...process.env, ...this.environment },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    const waiting = new Map<string, () => void>();
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        printed += chunk.toString();
        for (const [text, seen] of waiting) if (printed.includes(text)) seen();
      });
    }
    const ended = new Promise<Ended>((resolveEnded) => {
      child.once("close", (status) => resolveEnded({ status, printed }));
    });
    const prints = (text: string) =>
      new Promise<void>((seen, reject) => {
        waiting.set(text, seen);
        if (printed.includes(text)) seen();
        void ended.then(() =>
          reject(new Error(`make ${target} ended without printing "${text}":\n${printed}`)),
        );
      });
    return { pid: child.pid ?? assert.fail("make did not start"), ended, prints };
  }

  make(target: string): Promise<Ended> {
    return this.start(target).ended;
  }

  /** Remembers the current private keys of stack dev. They are passed through a pipe, and stay in memory. */
  async learnKeys(): Promise<void> {
    const script = 'eval "$(make env)"; pulumi stack export --stack dev --show-secrets';
    this.keys.addFrom(await this.shell(script));
  }

  /** Runs commands, which must succeed. @returns what they print. */
  shell(script: string): Promise<string> {
    const env = { ...process.env, ...this.environment };
    const options = { cwd: this.clone.directory, env, maxBuffer: 1 << 28 };
    return new Promise((done, fail) => {
      execFile("sh", ["-ec", script], options, (error, stdout, stderr) => {
        if (error) fail(new Error(`${script}: ${stderr}`));
        else done(stdout);
      });
    });
  }

  /** Stops everything that runs, and deletes all files. */
  async remove(): Promise<void> {
    await this.make("down");
    await this.files.end();
    rmSync(this.base, { recursive: true, force: true });
  }
}
