import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CannotCheck } from "./failure";

const run = promisify(execFile);

/**
 * A stack's outputs, as the Pulumi CLI prints them. Without --show-secrets: who needs one that is secret asks for it by name.
 *
 * @param stack its name. @default - the selected one
 * @throws CannotCheck if the CLI is missing or fails.
 */
export function printOutputs(stack: string | undefined): Promise<string> {
  return ask(["stack", "output", "--json"], stack, {
    missing: `${NO_PULUMI}, or give its outputs with --outputs FILE (\`pulumi stack output --json\`)`,
    explained: (stderr) => explain(stderr),
  });
}

/**
 * One secret output of a stack, through a pipe: it is in no argument and on no screen, nor in a message if it cannot be read.
 *
 * @param stack its name. @default - the selected one
 * @throws CannotCheck if the CLI is missing or fails.
 */
export function printSecretOutput(stack: string | undefined, output: string): Promise<string> {
  return ask(["stack", "output", output, "--show-secrets", "--json"], stack, {
    missing: NO_PULUMI,
    explained: onOneLine,
  });
}

interface Wording {
  /** What to say where there is no CLI. */
  readonly missing: string;
  /** What to say of what it said. */
  readonly explained: (stderr: string) => string;
}

async function ask(
  command: readonly string[],
  stack: string | undefined,
  { missing, explained }: Wording,
): Promise<string> {
  const selected = stack === undefined ? [] : ["--stack", stack];
  const args = [...command, "--non-interactive", ...selected];
  try {
    const { stdout } = await run("pulumi", args, { maxBuffer: 256 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { code, stderr = "" } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT") throw new CannotCheck(missing);
    throw new CannotCheck(`\`pulumi ${args.join(" ")}\` failed: ${explained(stderr)}`);
  }
}

const NO_PULUMI =
  "there is no `pulumi` on the PATH, which knows what the stack deployed; install it";

function onOneLine(stderr: string): string {
  return stderr.replace(/\s+/g, " ").trim() || "it said nothing";
}

/** How to do without the CLI in this environment: print it in another, and read it from a file. */
export interface WayOut {
  /** What prints it. */
  readonly command: string;
  /** What reads it, e.g. `--outputs FILE`. */
  readonly instead: string;
}

const FROM_OUTPUTS: WayOut = {
  command: "pulumi stack output --json",
  instead: "--outputs FILE",
};

/** What the CLI said, on one line, and what helps where stacks need different environments. */
export function explain(stderr: string, { command, instead }: WayOut = FROM_OUTPUTS): string {
  const said = onOneLine(stderr);
  const difference = DIFFERENCES.find(([pattern]) => pattern.test(said))?.[1];
  if (difference === undefined) return said;
  return `${said}. ${difference}, run \`${command} > FILE\` in that stack's own, and give ${instead} instead`;
}

/** One run of ours has one environment for all stacks. */
const DIFFERENCES: readonly (readonly [RegExp, string])[] = [
  // The CLI decrypts a whole state to print what is public in it.
  [
    /passphrase|decrypt|secrets manager/i,
    "If its passphrase or key is not the one in this environment",
  ],
  [
    /no stack named|fully qualified name|no Pulumi\.yaml|PULUMI_ACCESS_TOKEN/i,
    "If its project or backend is not that of this environment",
  ],
];
