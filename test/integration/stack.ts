import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  LocalWorkspace,
  PulumiCommand,
  type OutputMap,
  type Stack,
} from "@pulumi/pulumi/automation";
import { stringify } from "yaml";
import { warmPrograms } from "../programs";
import { ChangeLog, type Change } from "./changes";
import type { Outputs } from "./outputs";
import { workbench } from "./workbench";

const root = resolve(__dirname, "..", "..");

/** Configuration of a stack by section, without the `countersign:` prefix. */
export type Sections = Readonly<Record<string, unknown>>;

/** The result of an `up`. */
export interface Update {
  readonly outputs: Outputs;
  readonly changes: readonly Change[];
}

/** A stack of the real program, with its own project folder, file backend and passphrase. */
export class TestStack {
  /** Everything that the CLI has printed so far, for the tests that search it for secrets. */
  readonly printed: string[] = [];
  /** The outputs of the last update; undefined once something else has been done with the stack. */
  private latest: Record<string, unknown> | undefined;

  private constructor(
    private readonly stack: Stack,
    /** Reads the outputs, with decrypted secrets. */
    private readonly allOutputs: () => Promise<OutputMap>,
    readonly directory: string,
    readonly name: string,
    /** The CLI's environment for this stack. */
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  /**
   * Creates the stack without deploying it. Stack names are unique within a test run.
   *
   * @param options.backend another stack's backend, to share it. @default - its own
   * @param options.apart has the CLI start a process for the program, as for users. @default - the test run's process
   */
  static async create(
    name: string,
    sections: Sections,
    { backend, apart = false }: { backend?: string; apart?: boolean } = {},
  ): Promise<TestStack> {
    const { directory: base, environment: shared } = await workbench();
    const directory = join(base, name);
    const state = join(directory, "state");
    mkdirSync(state, { recursive: true });
    for (const file of ["program.cjs", "package.json", "node_modules", "charts"]) {
      symlinkSync(join(root, file), join(directory, file));
    }
    copyFileSync(join(root, "Pulumi.yaml"), join(directory, "Pulumi.yaml"));
    writeSections(directory, name, sections);
    const environment = {
      ...shared,
      PULUMI_BACKEND_URL: backend ?? `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
      ...(!apart && (await warmPrograms())),
    };
    const stack = await LocalWorkspace.createStack(
      { stackName: name, workDir: directory },
      { envVars: environment, pulumiCommand: await cli() },
    );
    const allOutputs = stack.workspace.stackOutputs.bind(stack.workspace, name);
    askLess(stack, environment.PULUMI_BACKEND_URL);
    const made = new TestStack(stack, allOutputs, directory, name, environment);
    // The Automation API would write the state, with unencrypted private keys, into a temporary file.
    stack.workspace.importStack = (_, state) => made.import(JSON.stringify(state));
    return made;
  }

  /** The backend's URL. */
  get backend(): string {
    return this.environment.PULUMI_BACKEND_URL ?? "";
  }

  /** The name by which other stacks of the backend refer to it. */
  get fullName(): string {
    return `organization/countersign/${this.name}`;
  }

  /** Replaces the configuration, but keeps the stack's encryption salt. */
  async configure(sections: Sections): Promise<void> {
    const settings = await this.stack.workspace.stackSettings(this.name);
    writeSections(this.directory, this.name, sections, settings.encryptionSalt);
  }

  /** Adds an encrypted value to the configuration, as `pulumi config set --secret --path` does. */
  async setSecret(path: string, value: string): Promise<void> {
    await this.stack.setConfig(`countersign:${path}`, { value, secret: true }, true);
  }

  async up(): Promise<Update> {
    const log = new ChangeLog();
    const { outputs } = await this.stack.up({ ...this.sinks(), onEvent: log.onEvent });
    this.latest = { ...valuesOf(outputs) };
    return { outputs: valuesOf(outputs), changes: log.changes };
  }

  async preview(options: { diff?: boolean } = {}): Promise<readonly Change[]> {
    const log = new ChangeLog();
    await this.stack.preview({ ...options, ...this.sinks(), onEvent: log.onEvent });
    return log.changes;
  }

  /** Fails unless the CLI itself reports that there is nothing to do. */
  async assertSettled(): Promise<void> {
    await this.stack.preview({ ...this.sinks(), expectNoChanges: true });
  }

  private async import(state: string): Promise<void> {
    const { failed, text } = await this.run(["stack", "import"], {}, state);
    assert.ok(!failed, text);
  }

  /**
   * Runs a command of the CLI as a user does.
   *
   * @param environment additional variables; with them, the program runs in its own process. @default - none
   * @param input the command's standard input. @default - empty
   */
  async run(
    args: readonly string[],
    environment: NodeJS.ProcessEnv = {},
    input = "",
  ): Promise<Run> {
    this.latest = undefined;
    const apart = Object.keys(environment).length > 0 && { PULUMI_OPTION_CLIENT: undefined };
    const result = await new Promise<Run>((done) => {
      const { stdin } = execFile(
        "pulumi",
        [...args, "--non-interactive", "--color=never", "--stack", this.name],
        {
          cwd: this.directory,
          env: { ...process.env, ...this.environment, ...environment, ...apart },
          maxBuffer: 1 << 26,
        },
        (error, stdout, stderr) => done({ failed: error !== null, text: stderr + stdout, stdout }),
      );
      stdin?.on("error", () => undefined).end(input); // a command that fails may not read it
    });
    this.printed.push(result.text);
    return result;
  }

  /** Runs `up`, which must fail, with a preview as for users. @returns what it prints. */
  async refusal(environment: NodeJS.ProcessEnv = {}): Promise<string> {
    const { failed, text } = await this.run(["up", "--yes"], environment);
    assert.ok(failed, `was not refused:\n${text}`);
    return text;
  }

  async outputs(): Promise<OutputMap> {
    return this.allOutputs();
  }

  /** Returns the outputs by name, without asking the CLI if that is not necessary. */
  async values(): Promise<Readonly<Record<string, unknown>>> {
    this.latest ??= { ...valuesOf(await this.stack.outputs()) };
    return this.latest;
  }

  async destroy(): Promise<void> {
    this.latest = undefined;
    await this.stack.destroy(this.sinks());
  }

  /** Changes the stored state, for example to let time pass. */
  async edit(change: (state: DeploymentState) => void): Promise<void> {
    this.latest = undefined;
    const exported = await this.stack.exportStack();
    change(exported.deployment as DeploymentState);
    await this.stack.importStack(exported);
  }

  /** Saves the stored state. @returns a function that restores it. */
  async keepState(): Promise<() => Promise<void>> {
    const exported = await this.stack.exportStack();
    return () => this.stack.importStack(exported);
  }

  /** Returns the stored state with its secrets decrypted. */
  async decryptedState(): Promise<DeploymentState> {
    const exported = await this.stack.exportStack();
    return { resources: [], ...(exported.deployment as Partial<DeploymentState>) };
  }

  /** Returns the stored state with its secrets encrypted; the Automation API's export decrypts them. */
  async state(): Promise<DeploymentState> {
    const { stdout } = await this.run(["stack", "export"]);
    const { deployment } = JSON.parse(stdout) as { deployment: Partial<DeploymentState> };
    return { resources: [], ...deployment };
  }

  private sinks() {
    const keep = (text: string) => void this.printed.push(text);
    return { onOutput: keep, onError: keep, color: "never" } as const;
  }
}

export interface Run {
  readonly failed: boolean;
  /** What the command printed, including errors. */
  readonly text: string;
  readonly stdout: string;
}

/** The part of a stack's state that tests read or change. */
export interface DeploymentState {
  readonly resources: readonly StateResource[];
}

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
}

let found: Promise<PulumiCommand> | undefined;

/** Returns the CLI, which is asked for its version only once, not for every stack. */
function cli(): Promise<PulumiCommand> {
  found ??= PulumiCommand.get();
  return found;
}

/**
 * Reads outputs from the backend's file, as the CLI does, which is a second faster: after each update, the Automation
 * API calls the CLI three times in turn, for the outputs, for the decrypted outputs, and for the stack's history.
 */
function askLess(stack: Stack, backend: string): void {
  stack.workspace.stackOutputs = (name) => {
    const file = join(fileURLToPath(backend), ".pulumi", "stacks", "countersign", `${name}.json`);
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
      checkpoint: { latest?: Partial<DeploymentState> | null };
    };
    const resources = checkpoint.latest?.resources ?? [];
    const { outputs = {} } = resources.find(({ type }) => type === "pulumi:pulumi:Stack") ?? {};
    const values = Object.entries(outputs);
    return Promise.resolve(
      Object.fromEntries(values.map(([key, value]) => [key, { value, secret: false }])),
    );
  };
  stack.info = () => Promise.resolve(undefined);
}

function valuesOf(outputs: OutputMap): Outputs {
  const entries = Object.entries(outputs).map(([name, { value }]) => [name, value as unknown]);
  return Object.fromEntries(entries) as Outputs;
}

function writeSections(directory: string, stack: string, sections: Sections, salt?: string): void {
  const config = Object.fromEntries(
    Object.entries(sections).map(([section, value]) => [`countersign:${section}`, value]),
  );
  writeFileSync(
    join(directory, `Pulumi.${stack}.yaml`),
    stringify({ ...(salt !== undefined && { encryptionsalt: salt }), config }),
  );
}
