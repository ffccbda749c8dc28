import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { STACK, environmentWith, paths, root } from "./environment";

/** The number of resources by what an update did to them (`same`, `create`, …). */
export type Changes = Readonly<Record<string, number>>;

/** Thrown if the CLI ended with an error, which it has printed itself. */
class PulumiFailed extends Error {
  constructor(command: string, status: number | string) {
    super(`pulumi ${command} failed (${status}); see its output above`);
  }
}

interface CallOptions {
  /** Folder to run in. @default - the repository */
  readonly cwd?: string;
  /** Keeps the output instead of showing it. @default false */
  readonly quiet?: boolean;
  /** Standard input of the command. @default - nothing */
  readonly input?: string;
}

/** The Pulumi CLI in the environment of the dev stack. */
export class Pulumi {
  constructor(private readonly environment: Readonly<Record<string, string>>) {}

  /** Creates the stack and its configuration file if they do not exist. */
  async ensureStack(): Promise<void> {
    const source = readFileSync(join(root, `Pulumi.${STACK}.yaml`), "utf8");
    const salt = existsSync(paths.config)
      ? (parseDocument(readFileSync(paths.config, "utf8")).get("encryptionsalt") as
          string | undefined)
      : undefined;
    const config = parseDocument(source);
    config.set("encryptionsalt", salt ?? (await this.initialize()));
    mkdirSync(paths.home, { recursive: true, mode: 0o700 });
    writeFileSync(paths.config, config.toString(), { mode: 0o600 });
  }

  /**
   * Creates the stack in another folder, because `stack init` writes the salt into the project's configuration file.
   */
  private async initialize(): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "countersign-init-"));
    try {
      writeFileSync(join(folder, "Pulumi.yaml"), readFileSync(join(root, "Pulumi.yaml")));
      const stacks = JSON.parse(
        await this.run(["stack", "ls", "--json"], { cwd: folder, quiet: true }),
      ) as {
        name: string;
      }[];
      // An interruption between the stack and its configuration file leaves a stack without resources.
      if (stacks.some(({ name }) => name === STACK)) {
        await this.run(["stack", "rm", "--yes", "--stack", STACK], { cwd: folder, quiet: true });
      }
      await this.run(["stack", "init", STACK], { cwd: folder, quiet: true });
      const made = parseDocument(readFileSync(join(folder, `Pulumi.${STACK}.yaml`), "utf8"));
      return made.get("encryptionsalt") as string;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /**
   * Deploys.
   *
   * @param options.refresh reads the real objects first, so that objects deleted by hand are restored. @default true
   */
  async up({ refresh = true } = {}): Promise<Changes> {
    await this.update(refresh ? ["up", "--refresh"] : ["up"]);
    return this.lastChanges();
  }

  async destroy(): Promise<void> {
    await this.update(["destroy"]);
  }

  /** Shows what `up` would do. */
  async preview(): Promise<void> {
    await this.run(["preview", ...ON_STACK]);
  }

  private async update(command: readonly string[]): Promise<void> {
    await this.run([...command, "--yes", ...ON_STACK, "--suppress-outputs"]);
  }

  /**
   * Returns the changes of the stack's last update from the backend's history. The CLI would also write them to an
   * event log (`--event-log`), but the engine's events in that file contain unencrypted private keys.
   */
  private async lastChanges(): Promise<Changes> {
    const last = ["stack", "history", "--json", "--page-size", "1", "--stack", STACK];
    const [update] = JSON.parse(await this.run(last, { quiet: true })) as {
      resourceChanges?: Changes;
    }[];
    return update?.resourceChanges ?? {};
  }

  /** @returns the command's output, if it is quiet. @throws PulumiFailed */
  run(args: readonly string[], options: CallOptions = {}): Promise<string> {
    const quiet = options.quiet ?? false;
    const child = spawn("pulumi", ["--non-interactive", ...args], {
      cwd: options.cwd ?? root,
      env: environmentWith(this.environment),
      stdio: ["pipe", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"],
    });
    child.stdin?.end(options.input);
    const printed: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => printed.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => errors.push(chunk));
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => {
        if (code === 0) {
          resolve(Buffer.concat(printed).toString());
          return;
        }
        if (quiet) process.stderr.write(Buffer.concat(errors));
        reject(new PulumiFailed(args[0] ?? "", code ?? signal ?? "?"));
      });
    });
  }
}

const ON_STACK = ["--stack", STACK, "--config-file", paths.config] as const;
