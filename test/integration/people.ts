import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { warmPrograms } from "../programs";
import { Clone } from "./clone";
import { homeIn } from "./home";
import { workbench } from "./workbench";

const command = resolve(__dirname, "..", "..", "cli", "countersign.cjs");

/** A person with a clone of the repository, a home directory, a backend and a passphrase. */
export interface Person {
  readonly clone: Clone;
  /** The person's working directory in the clone. */
  folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Creates a person.
 *
 * @param options.at the example to start in, whose package is installed. @default - the clone's root
 * @param options.apart has the CLI start a process for the program, as for users. @default - the test run's process
 */
export async function person(
  name: string,
  { at = ".", apart = false }: { at?: string; apart?: boolean } = {},
): Promise<Person> {
  const { directory, environment } = await workbench();
  const belongings = join(directory, name);
  const backend = join(belongings, "state");
  mkdirSync(backend, { recursive: true });
  const clone = new Clone(join(belongings, "clone"));
  const who: Person = {
    clone,
    folder: join(clone.directory, at),
    environment: {
      ...environment,
      ...homeIn(belongings, environment),
      PULUMI_BACKEND_URL: `file://${backend}`,
      PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
      // In place of flags that a person would not pass: the CLI asks no questions, and continues without answers.
      PULUMI_OPTION_NON_INTERACTIVE: "true",
      PULUMI_OPTION_YES: "true",
      PULUMI_OPTION_SKIP_PREVIEW: "true",
      PULUMI_OPTION_COLOR: "never",
      ...NPM_OFFLINE,
      ...(!apart && (await warmPrograms())),
    },
  };
  if (at !== ".") await installPackage(who);
  return who;
}

/** Settings of npm, with which it asks no registry for anything but packages. */
const NPM_OFFLINE = {
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_update_notifier: "false",
};

/** Installs the clone's package in the person's folder, as the examples' pages say. */
export async function installPackage(who: Person): Promise<void> {
  await run(who, "npm", ["install", "--no-save", who.clone.directory]);
}

export async function up(who: Person, stack: string): Promise<string> {
  await pulumi(who, "stack", "select", "--create", stack);
  return pulumi(who, "up");
}

export const pulumi = (who: Person, ...args: string[]) => run(who, "pulumi", args);

export const countersign = (who: Pick<Person, "folder" | "environment">, ...args: string[]) =>
  run(who, process.execPath, [command, ...args]);

/**
 * Runs a program, which must succeed.
 *
 * @param hears gets the output while the program runs. @default - none
 * @returns what the program prints.
 */
export function run(
  { folder, environment }: Pick<Person, "folder" | "environment">,
  program: string,
  args: string[],
  hears?: (text: string) => void,
): Promise<string> {
  return new Promise((done, fail) => {
    const { stdout: printing } = execFile(
      program,
      args,
      { cwd: folder, env: { ...process.env, ...environment }, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        if (error) fail(new Error(`${args.join(" ")}: ${stderr}${stdout}`));
        else done(stdout);
      },
    );
    if (hears) printing?.on("data", hears);
  });
}
