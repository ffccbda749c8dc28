import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { satisfies } from "semver";
import type { PluginTool, ProgramTool, Tool, VersionRange } from "./tools";

const run = promisify(execFile);

/** The file where a tool was found, or the reason why no installed one is usable. */
export type Lookup =
  { readonly found: string; readonly version?: string } | { readonly missing: string };

/** Looks for every tool among the installed programs and plugins. */
export async function lookUp(
  tools: readonly Tool[],
  env: NodeJS.ProcessEnv,
): Promise<Map<string, Lookup>> {
  const results = await Promise.all(
    tools.map(async (tool): Promise<[string, Lookup]> => [
      tool.name,
      tool.kind === "plugin" ? lookUpPlugin(tool, env) : await lookUpProgram(tool, env),
    ]),
  );
  return keepFamiliesTogether(tools, new Map(results));
}

/** Returns the folder below a Pulumi home in which the CLI looks for a provider. */
export function pluginFolder(pulumiHome: string, tool: PluginTool): string {
  return join(pulumiHome, "plugins", `resource-${tool.provider}-v${tool.version}`);
}

/** Returns the Pulumi home that the CLI uses by default. */
export function ordinaryPulumiHome(env: NodeJS.ProcessEnv): string {
  return env.PULUMI_HOME ?? join(homedir(), ".pulumi");
}

export function lookUpPlugin(tool: PluginTool, env: NodeJS.ProcessEnv): Lookup {
  const folder = pluginFolder(ordinaryPulumiHome(env), tool);
  const file = join(folder, tool.name);
  return isExecutable(file) ? { found: file } : { missing: `not in ${folder}` };
}

async function lookUpProgram(tool: ProgramTool, env: NodeJS.ProcessEnv): Promise<Lookup> {
  const file = findOnPath(tool.name, env);
  if (file === undefined) return { missing: "not on PATH" };
  if (tool.onPath === undefined) return { found: file };
  const version = await askVersion(file, tool.onPath.ask, env);
  const { accepts } = tool.onPath;
  if (version === undefined) return { missing: `${file} does not report its version` };
  if (!isWithin(version, accepts)) {
    const range = `at least ${accepts.from} and below ${accepts.below} is needed`;
    return { missing: `${file} is ${version}, ${range}` };
  }
  return { found: file, version };
}

function findOnPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

async function askVersion(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  try {
    // The update check would use the network, and wait for a timeout if there is none.
    const quiet = { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const { stdout } = await run(file, args, { env: quiet, timeout: 10_000 });
    return findVersion(stdout);
  } catch {
    return undefined;
  }
}

/**
 * Accepts members of a family together or not at all: a CLI does not find a language plugin that is not installed with
 * it, and a controller manager must not be newer than its API server.
 */
export function keepFamiliesTogether(
  tools: readonly Tool[],
  lookups: ReadonlyMap<string, Lookup>,
): Map<string, Lookup> {
  const result = new Map(lookups);
  const programs = tools.filter((tool) => tool.kind === "program");
  for (const family of new Set(programs.map((tool) => tool.family))) {
    if (family === undefined) continue;
    const members = programs.filter((tool) => tool.family === family).map((tool) => tool.name);
    const reason = whyNotTogether(members, lookups);
    if (reason === undefined) continue;
    for (const member of members) {
      const lookup = lookups.get(member);
      if (lookup !== undefined && "found" in lookup) result.set(member, { missing: reason });
    }
  }
  return result;
}

function whyNotTogether(
  members: readonly string[],
  lookups: ReadonlyMap<string, Lookup>,
): string | undefined {
  const minors = new Set<string>();
  for (const member of members) {
    const lookup = lookups.get(member);
    if (lookup === undefined || "missing" in lookup) return `${member} is not installed with it`;
    if (lookup.version) minors.add(lookup.version.replace(/\.\d+$/, ""));
  }
  return minors.size > 1 ? `${members.join(", ")} on PATH differ in version` : undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Returns the first version in a text, such as a tool's answer to `--version`; without what follows the patch level. */
export function findVersion(text: string): string | undefined {
  return /\d+\.\d+\.\d+/.exec(text)?.[0];
}

export function isWithin(version: string, { from, below }: VersionRange): boolean {
  return satisfies(version, `>=${from} <${below}`);
}
