import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { parseDocument, stringify } from "yaml";
import type { Report } from "../../cli/fleet/report/report";
import type { TestBackend } from "../backends/backend";
import { filesBackend } from "../backends/files";
import { PrivateKeys } from "../leaks/keys";
import { WrittenFiles } from "../leaks/written-files";
import { warmPrograms } from "../programs";
import { consortium } from "./example";
import { homeIn } from "./home";
import type { Sections } from "./stack";
import { workbench } from "./workbench";

const root = resolve(__dirname, "..", "..");
const command = join(root, "cli", "countersign.cjs");

/** Result of a command. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves as soon as the command has printed the text on its standard error. */
  readonly says: (text: string) => Promise<void>;
  /** Ends the command and its children at once, without a chance to clean up. */
  readonly kill: () => Promise<void>;
}

/** Returns "stack: result: pass result (note), …" for each stack. */
export function linesOf({ stacks }: Report): string[] {
  return stacks.map(({ stack, result, passes }) => {
    const each = passes.map((pass) =>
      [pass.pass, pass.result, ...(pass.note === undefined ? [] : [`(${pass.note})`])].join(" "),
    );
    return `${stack}: ${result}: ${each.join(", ")}`;
  });
}

/** A project's folder with many stacks on one backend. */
export class FleetFolder {
  private constructor(
    readonly directory: string,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly backend: TestBackend,
    /** Everything that is written into the folder, which also contains the home folder and temporary files. */
    readonly files: WrittenFiles,
  ) {}

  /**
   * Creates the stacks of a consortium, in which organizations have their own passphrases.
   *
   * @param backend the stacks' backend. @default - files in a folder of this folder
   */
  static async create(
    prefix: string,
    mspIds: readonly string[],
    backend?: TestBackend,
  ): Promise<FleetFolder> {
    const folder = await FleetFolder.prepare(prefix, backend);
    symlinkSync(join(root, "program.cjs"), join(folder.directory, "program.cjs"));
    folder.configureConsortium(prefix, mspIds);
    return folder;
  }

  /** Creates stacks with these sections, all with one passphrase. */
  static async ofStacks(
    prefix: string,
    stacks: ReadonlyMap<string, Sections>,
  ): Promise<FleetFolder> {
    const folder = await FleetFolder.prepare(prefix);
    symlinkSync(join(root, "program.cjs"), join(folder.directory, "program.cjs"));
    for (const [stack, sections] of stacks) folder.configure(stack, sections);
    return folder;
  }

  /** Creates stacks of another program. */
  static async withProgram(
    prefix: string,
    program: string,
    stacks: ReadonlyMap<string, Sections>,
  ): Promise<FleetFolder> {
    const folder = await FleetFolder.prepare(prefix);
    writeFileSync(join(folder.directory, "program.cjs"), program);
    for (const [stack, sections] of stacks) folder.configure(stack, sections);
    return folder;
  }

  private static async prepare(prefix: string, backend?: TestBackend): Promise<FleetFolder> {
    const { directory: base, environment: shared } = await workbench();
    const directory = join(base, prefix);
    mkdirSync(join(directory, "passphrases"), { recursive: true });
    const chosen = backend ?? filesBackend(join(directory, "state"));
    for (const file of ["package.json", "node_modules", "charts"]) {
      symlinkSync(join(root, file), join(directory, file));
    }
    copyFileSync(join(root, "Pulumi.yaml"), join(directory, "Pulumi.yaml"));
    const environment = {
      ...shared,
      ...homeIn(directory, shared),
      ...chosen.environment,
      PULUMI_BACKEND_URL: chosen.url,
      PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
    };
    const files = await WrittenFiles.watch(directory);
    return new FleetFolder(directory, environment, chosen, files);
  }

  private configureConsortium(prefix: string, mspIds: readonly string[]): void {
    const { authority, orchestrator, organizations } = consortium(prefix, mspIds);
    const nameOf = (position: number) => `org-${position + 1}`;
    const enrollments = mspIds.map((mspId, position) => [
      mspId,
      {
        request: { stack: `organization/countersign/${nameOf(position)}` },
        commonName: organizations[mspId]?.hostname,
      },
    ]);
    this.configure("consortium", {
      authority,
      orchestrator,
      enrollments: Object.fromEntries(enrollments) as object,
    });
    for (const [position, mspId] of mspIds.entries()) {
      const signedBy = { stack: "organization/countersign/consortium", trust: ["first-use"] };
      const organization = {
        ...organizations[mspId],
        orchestrator: { sameCluster: true },
        signedBy,
      };
      this.configure(nameOf(position), { organizations: { [mspId]: organization } });
      writeFileSync(
        join(this.directory, "passphrases", nameOf(position)),
        randomBytes(16).toString("hex"),
        { mode: 0o600 },
      );
    }
  }

  configure(stack: string, sections: Sections): void {
    const config = Object.entries(sections).map(([key, value]) => [`countersign:${key}`, value]);
    writeFileSync(
      join(this.directory, `Pulumi.${stack}.yaml`),
      stringify({ config: Object.fromEntries(config) as object }),
    );
  }

  /** Changes a value in a stack's file, and keeps the rest. @param value undefined to remove it. */
  set(stack: string, path: readonly string[], value: unknown): void {
    const file = join(this.directory, `Pulumi.${stack}.yaml`);
    const document = parseDocument(readFileSync(file, "utf8"));
    const [section = "", ...rest] = path;
    const inside = ["config", `countersign:${section}`, ...rest];
    if (value === undefined) document.deleteIn(inside);
    else document.setIn(inside, value);
    writeFileSync(file, String(document));
  }

  /** Runs `countersign fleet` with `--json`. */
  async fleet(...args: readonly string[]): Promise<Ended & { readonly report: Report }> {
    const ended = await this.startIn(await warmPrograms(), [...args, "--json"]).ended;
    assert.ok(ended.stdout.startsWith("{"), ended.stderr);
    return { ...ended, report: JSON.parse(ended.stdout) as Report };
  }

  /** Starts `countersign fleet` in its own process group, which its programs belong to. */
  start(...args: readonly string[]): Running {
    return this.startIn({}, args);
  }

  private startIn(environment: NodeJS.ProcessEnv, args: readonly string[]): Running {
    const passphrases = ["--passphrase-files", "passphrases"];
    return this.spawn(process.execPath, [command, "fleet", ...args, ...passphrases], environment);
  }

  /** Starts another command of `countersign`. */
  countersign(...args: readonly string[]): Running {
    return this.spawn(process.execPath, [command, ...args], {});
  }

  /** Starts the Pulumi CLI on a stack. */
  pulumi(stack: string, ...args: readonly string[]): Running {
    const all = [...args, "--stack", stack, "--non-interactive", "--color=never"];
    const passphrase = join(this.directory, "passphrases", stack);
    const own = {
      PULUMI_CONFIG_PASSPHRASE: undefined,
      PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
    };
    return this.spawn("pulumi", all, existsSync(passphrase) ? own : {});
  }

  /** Returns the private keys of these stacks, which stay in memory. */
  async keysOf(stacks: readonly string[]): Promise<PrivateKeys> {
    const keys = new PrivateKeys();
    for (const stack of stacks) {
      const exported = await this.pulumi(stack, "stack", "export", "--show-secrets").ended;
      assert.equal(exported.status, 0, exported.stderr);
      keys.addFrom(exported.stdout);
    }
    return keys;
  }

  /** Returns a stack's state as the backend has it; undefined if the stack does not exist. */
  state(stack: string): string | undefined {
    const file = join(this.directory, "state/.pulumi/stacks/countersign", `${stack}.json`);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  }

  /** Returns the names of the locks that the backend holds on a stack. */
  locks(stack: string): string[] {
    return this.backend.locks(stack);
  }

  /** Returns what the CLI printed about a stack in the previous run. */
  log(stack: string): string {
    const file = join(this.directory, ".countersign/fleet", `${stack}.log`);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  private spawn(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const child = spawn(program, args, {
      cwd: this.directory,
      env: { ...process.env, ...this.environment, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    const ended = new Promise<Ended>((resolveEnded) => {
      child.once("close", (status) => resolveEnded({ status, stdout, stderr }));
    });
    const pid = child.pid ?? assert.fail(`${program} did not start`);
    const waiting = new Map<string, () => void>();
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      for (const [text, seen] of waiting) if (stderr.includes(text)) seen();
    });
    const says = (text: string) =>
      new Promise<void>((seen, reject) => {
        waiting.set(text, seen);
        if (stderr.includes(text)) seen();
        void ended.then(() => reject(new Error(`ended without saying ${text}:\n${stderr}`)));
      });
    return { pid, ended, says, kill: () => this.backend.kill(pid) };
  }
}
