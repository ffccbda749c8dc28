import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";

const github = resolve(__dirname, "..", "..", ".github");

/** The parts of a workflow that tests read. */
export interface Workflow {
  readonly on: unknown;
  readonly permissions?: Permissions;
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

export type Permissions = Readonly<Record<string, string>>;

export interface Job {
  readonly name?: string;
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Permissions;
  readonly concurrency?: unknown;
  readonly strategy?: { readonly matrix: Readonly<Record<string, unknown>> };
  readonly "timeout-minutes"?: number;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly shell?: string;
  readonly "working-directory"?: string;
}

/** An action of this repository, which consists of steps. */
export interface Action {
  readonly inputs?: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** Returns every workflow by its name. */
export function workflows(): ReadonlyMap<string, Workflow> {
  const folder = join(github, "workflows");
  const names = readdirSync(folder).map((file) => file.replace(/\.yml$/, ""));
  return new Map(names.map((name) => [name, read(join(folder, `${name}.yml`)) as Workflow]));
}

export function workflow(name: string): Workflow {
  const found = workflows().get(name);
  if (!found) throw new Error(`there is no workflow ${name}`);
  return found;
}

/** Returns every action by the name that steps use. */
export function actions(): ReadonlyMap<string, Action> {
  const names = readdirSync(join(github, "actions"));
  return new Map(
    names.map((name) => [
      `./.github/actions/${name}`,
      read(join(github, "actions", name, "action.yml")) as Action,
    ]),
  );
}

/** Returns every job with its place, for messages. */
export function jobs(): readonly (readonly [where: string, job: Job])[] {
  return [...workflows()].flatMap(([file, { jobs: all }]) =>
    Object.entries(all).map(([name, job]) => [`${file}/${name}`, job] as const),
  );
}

/** Returns every step with its place, including those of our actions. */
export function steps(): readonly (readonly [where: string, step: Step])[] {
  const ofJobs = jobs().flatMap(([where, job]) => job.steps.map((step) => [where, step] as const));
  const ofActions = [...actions()].flatMap(([where, { runs }]) =>
    runs.steps.map((step) => [where, step] as const),
  );
  return [...ofJobs, ...ofActions];
}

/** Returns the text of every file, since parsing drops the comments. */
export function texts(): readonly string[] {
  const files = readdirSync(github, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".yml"))
    .map((file) => readFileSync(join(github, file), "utf8"));
}

function read(path: string): unknown {
  return parse(readFileSync(path, "utf8"));
}
