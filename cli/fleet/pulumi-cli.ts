import { execFile } from "node:child_process";
import { gt, parse } from "semver";
import { essentialLines } from "./events";
import { CannotStart, PassFailed } from "./failure";

/** The Pulumi CLI in a project's folder, for what the Automation API does in another way than we need it. */
export class PulumiCli {
  /** @param environmentOf what is particular to a stack in its environment. */
  constructor(
    readonly directory: string,
    readonly environmentOf: (stack: string) => Record<string, string>,
  ) {}

  /** A stack's outputs by name; secrets are masked in them. */
  async outputs(stack: string): Promise<Record<string, unknown>> {
    const printed = await this.run(stack, ["stack", "output", "--json", "--stack", stack]);
    return JSON.parse(printed) as Record<string, unknown>;
  }

  /**
   * Runs a command in a stack's environment.
   *
   * @param stack undefined if the command is about none.
   * @param input what it reads from its standard input.
   * @returns what it printed.
   * @throws CannotStart if there is no CLI.
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
  "there is no `pulumi` on the PATH, which deploys the stacks; install it (https://www.pulumi.com/docs/install/)";

/** The newest version that streams no events of an update, and writes them into a file instead. */
const WRITES_EVENTS = "3.205.0";

/**
 * Refuses a CLI to which the Automation API hands a file for the events of an update: private keys are in them in clear.
 *
 * @throws CannotStart
 */
export async function assertStreamsEvents(cli: PulumiCli): Promise<void> {
  const printed = (await cli.run(undefined, ["version"])).trim();
  const version = parse(printed);
  if (version !== null && gt(version, WRITES_EVENTS)) return;
  throw new CannotStart(
    `\`pulumi version\` says ${version === null ? JSON.stringify(printed) : `v${version.version}`}: up to ${WRITES_EVENTS} Pulumi writes the events of an update, with private keys, into a temporary file; install 3.245 or later`,
  );
}
