import type { LocalWorkspace, OutputMap, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import { messageOf } from "../../command/failure";
import type { StackDocument } from "../../command/stack-outputs";
import { folderOfBackend, mend, removeHalfWritten } from "../recovery/mend";
import { EventLog, LogStream, type Changes } from "./events";
import { CannotStart, PassFailed, StackLocked, locksIn } from "./failure";
import { PulumiCli, assertStreamsEvents } from "./pulumi-cli";
import { PublishedOutputs, type StackFile } from "./stack-folder";

/** Ways to follow and stop an update or preview of a stack. */
export interface Following {
  /** File that the CLI's output is appended to. */
  readonly log: string;
  /**
   * Each `abort` event interrupts the CLI once, like Ctrl-C: the first lets running operations finish, the second does
   * not.
   */
  readonly interrupt: AbortSignal;
  readonly onStep: (text: string) => void;
}

export interface Update {
  readonly changes: Changes;
  readonly outputs: PublishedOutputs;
}

const MOST_UPDATES = "50";

/** The stacks of a folder in their backend, accessed with the Automation API. */
export class Stacks {
  private command: PulumiCommand | undefined;

  private constructor(
    private readonly cli: PulumiCli,
    private readonly existing: Set<string>,
  ) {}

  /**
   * @param environmentOf returns the variables that only this stack needs in the CLI's environment.
   * @throws CannotStart if the CLI is not installed, or if the backend does not answer.
   */
  static async open(
    directory: string,
    environmentOf: (stack: string) => Record<string, string>,
  ): Promise<Stacks> {
    const cli = new PulumiCli(directory, environmentOf);
    await assertStreamsEvents(cli);
    try {
      return new Stacks(cli, await existingStacks(cli));
    } catch (error) {
      if (!(error instanceof PassFailed)) throw error;
      throw new CannotStart(`the backend cannot be read: ${error.lines.join(" ")}`);
    }
  }

  /**
   * Creates the stack in the backend if it does not exist, without changing the user's selected stack.
   *
   * @returns whether it was created.
   * @throws PassFailed also if the stack would make the backend unreadable.
   */
  async create({ name, secretsProvider }: StackFile): Promise<boolean> {
    if (this.existing.has(name)) return false;
    const clash = clashOf(name, this.existing, process.env.PULUMI_BACKEND_URL);
    if (clash !== undefined) throw new PassFailed([describeClash(name, clash)]);
    const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
    await this.cli.run(name, ["stack", "init", name, "--no-select", ...provider]);
    this.existing.add(name);
    return true;
  }

  exists(stack: string): boolean {
    return this.existing.has(stack);
  }

  async outputs(stack: string): Promise<PublishedOutputs> {
    return PublishedOutputs.of(await this.cli.outputs(stack));
  }

  /** Returns a stack's outputs for its verification, which may read the secret ones, too. */
  async document(stack: string): Promise<StackDocument> {
    const { directory } = this.cli;
    return {
      origin: `stack ${stack}`,
      content: await this.cli.outputs(stack),
      stack: { name: stack, directory, environment: this.cli.environmentOf(stack) },
    };
  }

  /** Returns a stack's last updates, newest first, without secrets. */
  async history(stack: string): Promise<unknown> {
    const args = ["stack", "history", "--stack", stack, "--json", "--page-size", MOST_UPDATES];
    return JSON.parse(await this.cli.run(stack, args)) as unknown;
  }

  /** Returns a stack's state, in which secrets are encrypted. */
  async state(stack: string): Promise<unknown> {
    return JSON.parse(await this.export(stack)) as unknown;
  }

  /** @throws StackLocked, PassFailed */
  async up(stack: string, following: Following): Promise<Update> {
    const { changes, result } = await this.follow(stack, following, (handle, options) =>
      handle.up(options),
    );
    const values = Object.entries(result.outputs).map(([name, { value }]) => [
      name,
      value as unknown,
    ]);
    return { changes, outputs: PublishedOutputs.of(Object.fromEntries(values)) };
  }

  /** @throws PassFailed */
  async preview(stack: string, following: Following): Promise<Changes> {
    const { changes } = await this.follow(stack, following, (handle, options) =>
      handle.preview(options),
    );
    return changes;
  }

  /**
   * Removes the lock of an update that was killed, and repairs what it left half done. The caller must know that its
   * process has ended.
   *
   * @returns the repairs, one clause each.
   */
  async recover({ name, cluster }: StackFile): Promise<string[]> {
    await this.cli.run(name, ["cancel", name, "--yes"]);
    const { done } = await mend({
      folder: this.cli.directory,
      next: "up",
      cluster,
      exportState: () => this.export(name),
      importState: (state) => this.cli.run(name, ["stack", "import", "--stack", name], state),
    });
    return [...done];
  }

  private export(stack: string): Promise<string> {
    return this.cli.run(stack, ["stack", "export", "--stack", stack]);
  }

  private async follow<R>(
    stack: string,
    { log, interrupt, onStep }: Following,
    action: (handle: Stack, options: FollowOptions) => Promise<R>,
  ): Promise<{ changes: Changes; result: R }> {
    const handle = await this.handle(stack);
    const events = new EventLog(onStep);
    let stderr = "";
    const [out, err] = [new LogStream(log), new LogStream(log)];
    try {
      const result = await action(handle, {
        color: "never",
        onOutput: out.write,
        onError: (text) => {
          stderr += text;
          err.write(text);
        },
        onEvent: events.take,
        signal: interrupt,
      });
      return { changes: events.changes, result };
    } catch (error) {
      const locks = locksIn(`${stderr}\n${messageOf(error)}`);
      if (locks) throw new StackLocked(locks);
      if (error instanceof PassFailed) throw error;
      throw new PassFailed(events.errorLines(stderr || messageOf(error)));
    } finally {
      out.end();
      err.end();
    }
  }

  /**
   * Returns the stack for the Automation API, without letting the API select it, decrypt its outputs, or read its
   * history. The CLI's version is asked for once, as each start of the CLI takes a third of a second.
   */
  private async handle(stack: string): Promise<Stack> {
    const api = await import("@pulumi/pulumi/automation/index.js");
    const workspace: LocalWorkspace = await api.LocalWorkspace.create({
      workDir: this.cli.directory,
      envVars: this.cli.environmentOf(stack),
      ...(this.command && { pulumiCommand: this.command }),
    });
    this.command ??= workspace.pulumiCommand;
    workspace.selectStack = () => Promise.resolve();
    workspace.stackOutputs = async (): Promise<OutputMap> => {
      const values = Object.entries(await this.cli.outputs(stack));
      return Object.fromEntries(values.map(([name, value]) => [name, { value, secret: false }]));
    };
    const handle = await api.Stack.select(stack, workspace);
    handle.info = () => Promise.resolve(undefined);
    return handle;
  }
}

/** Returns the names of the stacks in the backend, which it first repairs if a killed update left it unreadable. */
async function existingStacks(cli: PulumiCli): Promise<Set<string>> {
  const list = () => cli.run(undefined, ["stack", "ls", "--json"]);
  const printed = await list().catch((error: unknown) => {
    const folder = folderOfBackend(process.env.PULUMI_BACKEND_URL);
    if (folder === undefined || removeHalfWritten(folder, MINUTE) === 0) throw error;
    return list();
  });
  const existing = JSON.parse(printed) as { readonly name: string }[];
  return new Set(existing.map(({ name }) => name.split("/").at(-1) ?? name));
}

/** Time in ms after which nobody is still writing a file of a few bytes. */
const MINUTE = 60_000;

type FollowOptions = NonNullable<Parameters<Stack["up"]>[0]> &
  NonNullable<Parameters<Stack["preview"]>[0]>;

/**
 * Returns the stack whose name clashes with another one's in a PostgreSQL backend, up to and including Pulumi 3.256.
 *
 * The backend looks a stack up with `LIKE '…/<name>%'`, in which `_` stands for any character. If that finds another stack
 * than the one with this name, commands end with a Go panic, `pulumi stack ls` and `pulumi stack rm` included
 * (backend/diy/postgres/bucket.go, ListPaged).
 *
 * @param existing names of the project's stacks in the backend.
 * @param url the backend's URL.
 */
export function clashOf(
  name: string,
  existing: Iterable<string>,
  url: string | undefined,
): string | undefined {
  if (url?.startsWith("postgres://") !== true) return undefined;
  return [...existing].find((other) => misleads(name, other) || misleads(other, name));
}

/** Whether a lookup of one stack finds the other, although the other's name does not begin with the first one's. */
function misleads(name: string, other: string): boolean {
  const pattern = name.replace(/[^\w-]/g, "\\$&").replaceAll("_", ".");
  return new RegExp(`^${pattern}`).test(other) && !other.startsWith(name);
}

function describeClash(name: string, other: string): string {
  return `a PostgreSQL backend cannot hold both ${name} and ${other}, because it takes _ for any character, and Pulumi could then read neither: rename one of them without _`;
}
