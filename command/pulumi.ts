import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { z } from "zod";
import { CannotCheck } from "./failure";

const run = promisify(execFile);

/** A stack, and where the Pulumi CLI finds it. */
export interface StackAccess {
  /** Its name; undefined for the selected stack. */
  readonly name: string | undefined;
  /** Folder of its project. @default - the working directory */
  readonly directory?: string;
  /** Variables that only this stack needs in the CLI's environment. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Returns a stack's outputs, as the Pulumi CLI prints them without --show-secrets: a secret output is read by its name.
 *
 * @throws CannotCheck if the CLI is missing or fails.
 */
export function printOutputs(stack: StackAccess): Promise<string> {
  return ask(["stack", "output", "--json"], stack, {
    missing: `${NO_PULUMI}, or give its outputs with --outputs FILE (\`pulumi stack output --json\`)`,
    explained: (stderr) => explain(stderr),
  });
}

/**
 * Returns one secret output of a stack, read through a pipe: it appears in no argument, on no screen, and in no message
 * if it cannot be read.
 *
 * @throws CannotCheck if the CLI is missing or fails.
 */
function printSecretOutput(stack: StackAccess, output: string): Promise<string> {
  return ask(["stack", "output", output, "--show-secrets", "--json"], stack, {
    missing: NO_PULUMI,
    explained: onOneLine,
  });
}

interface Wording {
  /** Message for a missing CLI. */
  readonly missing: string;
  /** Turns the CLI's error output into a message. */
  readonly explained: (stderr: string) => string;
}

async function ask(
  command: readonly string[],
  { name, directory, environment }: StackAccess,
  { missing, explained }: Wording,
): Promise<string> {
  const selected = name === undefined ? [] : ["--stack", name];
  const args = [...command, "--non-interactive", ...selected];
  try {
    const { stdout } = await run("pulumi", args, {
      cwd: directory,
      env: { ...process.env, ...environment },
      maxBuffer: 256 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    const { code, stderr = "" } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT") throw new CannotCheck(missing);
    throw new CannotCheck(`\`pulumi ${args.join(" ")}\` failed: ${explained(stderr)}`);
  }
}

const NO_PULUMI =
  "there is no `pulumi` on the PATH, which is needed to read the stack's outputs; install it";

function onOneLine(stderr: string): string {
  return maskCredentials(stderr).replace(/\s+/g, " ").trim() || "it printed nothing";
}

/**
 * Commands to use instead of the CLI in this environment: one that prints in another environment, and one that reads
 * the file.
 */
export interface WayOut {
  /** Command that prints the data. */
  readonly command: string;
  /** Option that reads it, e.g. `--outputs FILE`. */
  readonly instead: string;
}

const FROM_OUTPUTS: WayOut = {
  command: "pulumi stack output --json",
  instead: "--outputs FILE",
};

/** Returns the CLI's message on one line, with advice if stacks may need different environments. */
export function explain(stderr: string, { command, instead }: WayOut = FROM_OUTPUTS): string {
  const said = onOneLine(stderr);
  const difference = DIFFERENCES.find(([pattern]) => pattern.test(said))?.[1];
  if (difference === undefined) return said;
  return `${said}. ${difference}, run \`${command} > FILE\` in the stack's own environment, and give ${instead} instead`;
}

/** Errors due to the fact that one run of countersign has one environment for all stacks. */
const DIFFERENCES: readonly (readonly [RegExp, string])[] = [
  // The CLI decrypts the whole state, even to print only public outputs.
  [
    /passphrase|decrypt|secrets manager/i,
    "If its passphrase or key differs from the one in this environment",
  ],
  [
    /no stack named|fully qualified name|no Pulumi\.yaml|PULUMI_ACCESS_TOKEN/i,
    "If its project or backend differs from that of this environment",
  ],
];

/**
 * Reads a secret output of a stack, which holds what people take elsewhere.
 *
 * @throws CannotCheck, whose message quotes nothing of the output.
 */
export async function readSecretOutput<T>(
  stack: StackAccess,
  output: string,
  form: z.ZodType<T>,
): Promise<T> {
  const text = await printSecretOutput(stack, output);
  try {
    return form.parse(JSON.parse(text));
  } catch {
    throw new CannotCheck(
      `the keys in the output ${output} do not have this version's format: run \`pulumi up\` first`,
    );
  }
}

/** The user and the password of a URL; a password may contain an unencoded @, so they reach to the last one. */
const LOGIN = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'`]*@/gi;

/** A parameter of a URL with a password, such as `password` and `sslpassword` of PostgreSQL. */
const PARAMETER = /([?&][\w.-]*(?:password|secret|token)[\w.-]*=)[^&\s"'`]+/gi;

/**
 * Returns a text without the credentials in its URLs. A backend's URL may contain a password (`postgres://…`), and the
 * Pulumi CLI prints it if the backend does not answer.
 */
export function maskCredentials(text: string): string {
  return text.replace(LOGIN, "$1****@").replace(PARAMETER, "$1****");
}
