import { randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { LocalWorkspace, type Deployment, type OutputMap, type Stack } from "@pulumi/pulumi/automation";
import { stringify } from "yaml";
import { workbench } from "./workbench";

const root = resolve(__dirname, "..", "..");

/** Configuration of a stack by section, without the `countersign:` prefix. */
export type Sections = Readonly<Record<string, unknown>>;

/** A stack of the real program, in a project folder, a file backend and under a passphrase of its own. */
export class TestStack {
  /** Everything that the CLI has printed so far, for the tests that search it for secrets. */
  readonly printed: string[] = [];

  private constructor(
    private readonly stack: Stack,
    readonly directory: string,
    readonly name: string,
    /** Environment with which the CLI serves this stack. */
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Makes the stack, not yet deployed. Names of stacks are unique within a test run. */
  static async create(name: string, sections: Sections): Promise<TestStack> {
    const { directory: base, environment: shared } = await workbench();
    const directory = join(base, name);
    const backend = join(directory, "state");
    mkdirSync(backend, { recursive: true });
    for (const file of ["program.cjs", "package.json", "node_modules", "charts"]) {
      symlinkSync(join(root, file), join(directory, file));
    }
    copyFileSync(join(root, "Pulumi.yaml"), join(directory, "Pulumi.yaml"));
    writeSections(directory, name, sections);
    const environment = {
      ...shared,
      PULUMI_BACKEND_URL: `file://${backend}`,
      PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
    };
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: name, workDir: directory },
      { envVars: environment },
    );
    return new TestStack(stack, directory, name, environment);
  }

  /** Replaces the configuration; the stack's encryption salt stays. */
  async configure(sections: Sections): Promise<void> {
    const settings = await this.stack.workspace.stackSettings(this.name);
    writeSections(this.directory, this.name, sections, settings.encryptionSalt);
  }

  async up(): Promise<OutputMap> {
    const { outputs } = await this.stack.up({ ...this.sinks(), color: "never" });
    return outputs;
  }

  /** @returns how many resources would undergo each kind of operation. */
  async preview(options: { expectNoChanges?: boolean; diff?: boolean } = {}): Promise<Record<string, number>> {
    const { changeSummary } = await this.stack.preview({ ...options, ...this.sinks(), color: "never" });
    return { ...changeSummary } as Record<string, number>;
  }

  async outputs(): Promise<OutputMap> {
    return this.stack.outputs();
  }

  async destroy(): Promise<void> {
    await this.stack.destroy({ ...this.sinks(), color: "never" });
  }

  /** Changes the stored state, which is how tests let time pass. */
  async edit(change: (deployment: DeploymentState) => void): Promise<void> {
    const exported = await this.stack.exportStack();
    change(exported.deployment as DeploymentState);
    await this.stack.importStack(exported);
  }

  async export(): Promise<Deployment> {
    return this.stack.exportStack();
  }

  private sinks() {
    const keep = (text: string) => void this.printed.push(text);
    return { onOutput: keep, onError: keep };
  }
}

/** The part of a stack's state that tests read or change. */
export interface DeploymentState {
  readonly resources: {
    readonly urn: string;
    readonly type: string;
    readonly inputs: Record<string, unknown>;
    readonly outputs: Record<string, unknown>;
  }[];
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
