import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { workbench } from "./workbench";

const root = resolve(__dirname, "..", "..");
const command = join(root, "cli", "countersign.cjs");

/** Somebody with a clone of the repository, a backend and a passphrase. */
export interface Person {
  /** The example's folder in the clone. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Clones an example, as far as it matters. */
export async function person(name: string, example: string): Promise<Person> {
  const { directory, environment } = await workbench();
  const clone = join(directory, name);
  const folder = join(clone, example);
  const backend = join(clone, "state");
  mkdirSync(backend, { recursive: true });
  for (const file of ["program.cjs", "package.json", "node_modules", "charts"]) {
    symlinkSync(join(root, file), join(clone, file));
  }
  cpSync(join(root, example), folder, { recursive: true });
  return {
    folder,
    environment: {
      ...environment,
      PULUMI_BACKEND_URL: `file://${backend}`,
      PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
    },
  };
}

export async function up(who: Person, stack: string): Promise<string> {
  await pulumi(who, "stack", "select", "--create", stack);
  return pulumi(who, "up", "--yes", "--skip-preview", "--color=never");
}

export const pulumi = (who: Person, ...args: string[]) =>
  run(who, "pulumi", [...args, "--non-interactive"]);

export const countersign = (who: Person, ...args: string[]) =>
  run(who, process.execPath, [command, ...args]);

/** @returns what a command prints; it must succeed. */
export function run(
  { folder, environment }: Person,
  program: string,
  args: string[],
): Promise<string> {
  return new Promise((done, fail) => {
    execFile(
      program,
      args,
      { cwd: folder, env: { ...process.env, ...environment }, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        if (error) fail(new Error(`${args.join(" ")}: ${stderr}${stdout}`));
        else done(stdout);
      },
    );
  });
}
