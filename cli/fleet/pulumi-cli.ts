import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { gt, parse } from "semver";
import { essentialLines } from "./events";
import { CannotStart, PassFailed } from "./failure";

/** The Pulumi CLI in a project's folder, for commands that the Automation API does not run as needed here. */
export class PulumiCli {
  /** @param environmentOf returns the variables that only this stack needs in its environment. */
  constructor(
    readonly directory: string,
    readonly environmentOf: (stack: string) => Record<string, string>,
  ) {}

  /** Returns a stack's outputs by name, with secrets masked. */
  async outputs(stack: string): Promise<Record<string, unknown>> {
    const printed = await this.run(stack, ["stack", "output", "--json", "--stack", stack]);
    return JSON.parse(printed) as Record<string, unknown>;
  }

  /**
   * Runs a command in a stack's environment.
   *
   * @param stack undefined if the command is not about a stack.
   * @param input text for its standard input.
   * @returns its standard output.
   * @throws CannotStart if the CLI is not installed.
   * @throws PassFailed if the command fails.
   */
  run(stack: string | undefined, args: readonly string[], input?: string): Promise<string> {
    const options = {
      cwd: this.directory,
      env: { ...process.env, ...(stack !== undefined && this.environmentOf(stack)) },
      maxBuffer: 256 * 1024 * 1024,
    };
    return new Promise((resolve, reject) => {
      const all = [...args, "--non-interactive"];
      const child = execFile("pulumi", all, options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (error.code === "ENOENT") reject(new CannotStart(NO_PULUMI));
        else reject(new PassFailed(essentialLines(stderr || error.message)));
      });
      child.stdin?.end(input);
    });
  }
}

const NO_PULUMI =
  "`pulumi`, which deploys the stacks, is not on the PATH; install it (https://www.pulumi.com/docs/install/)";

/** The newest version that writes the events of an update into a file instead of streaming them. */
const WRITES_EVENTS = "3.205.0";

/**
 * Refuses a CLI that the Automation API tells to write the events of an update into a file: they contain unencrypted
 * private keys.
 *
 * @throws CannotStart
 */
export async function assertStreamsEvents(cli: PulumiCli): Promise<void> {
  const printed = (await cli.run(undefined, ["version"])).trim();
  const version = parse(printed);
  if (version !== null && gt(version, WRITES_EVENTS)) return;
  throw new CannotStart(
    `\`pulumi version\` printed ${version === null ? JSON.stringify(printed) : `v${version.version}`}: up to ${WRITES_EVENTS}, Pulumi writes the events of an update, with private keys, into a temporary file; install 3.245 or later`,
  );
}

/**
 * Creates a function that returns each stack's own variables for the environment of the Pulumi CLI, which name the file
 * of its passphrase.
 *
 * A passphrase in the environment would override any file, so it is removed from this process's environment and
 * passed only to stacks without a file of their own.
 *
 * @param folder folder of passphrase files, each with its stack's name. @default - all stacks use the environment's
 * @throws CannotStart if the folder is missing, or if others may use one of its files.
 */
export function passphrasesOf(
  folder: string | undefined,
  stacks: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): (stack: string) => Record<string, string> {
  if (folder === undefined) return () => ({});
  if (!existsSync(folder))
    throw new CannotStart(`--passphrase-files: there is no folder ${folder}`);
  const files = new Map(
    stacks
      .map((stack) => [stack, resolve(join(folder, stack))] as const)
      .filter(([, file]) => existsSync(file)),
  );
  for (const file of files.values()) assertPrivate(file);

  const { PULUMI_CONFIG_PASSPHRASE: shared } = environment;
  delete environment.PULUMI_CONFIG_PASSPHRASE;
  return (stack) => {
    const file = files.get(stack);
    if (file !== undefined) return { PULUMI_CONFIG_PASSPHRASE_FILE: file };
    return shared === undefined ? {} : { PULUMI_CONFIG_PASSPHRASE: shared };
  };
}

function assertPrivate(file: string): void {
  const status = statSync(file);
  if (!status.isFile()) throw new CannotStart(`--passphrase-files: ${file} is not a file`);
  if ((status.mode & 0o077) === 0) return;
  const mode = (status.mode & 0o777).toString(8);
  throw new CannotStart(
    `--passphrase-files: users other than its owner may access ${file} (mode ${mode}); run \`chmod 600\` on it`,
  );
}
