import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { duration } from "../host";
import { buildCached, builtFile, cacheDir, linkInPlace } from "./build";
import { PULUMI_DOWNLOADS, downloadCli, type Downloads } from "./download";
import { lookUp, lookUpPlugin, ordinaryPulumiHome, pluginFolder, type Lookup } from "./path-lookup";
import type { Output } from "./progress";
import { toolsOf, type Group, type PluginTool, type Tool } from "./tools";

const run = promisify(execFile);
// Enough for the largest provider on a slow line; without any connection, the CLI gives up sooner.
const downloadMs = 180_000;

/** The file of a tool, and whether it was already installed, or has been downloaded or built. */
export interface Resolved {
  readonly tool: Tool;
  readonly file: string;
  readonly origin: "installed" | "downloaded" | "built";
}

/** Programs and settings with which `pulumi`, the control plane and the tests run on this machine. */
export interface Toolchain {
  /** Folder with the programs that were downloaded or built; installed programs stay where they are. */
  readonly binDir: string;
  /** The Pulumi home with the providers: the user's own if it has them all. */
  readonly pulumiHome: string;
  /** Environment variables to add to a child process's. */
  readonly env: Readonly<Record<string, string>>;
  /** Every requested tool, by name. */
  readonly tools: ReadonlyMap<string, Resolved>;
}

export interface EnsureOptions {
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Receives the lines of progress. @default process.stderr */
  readonly output?: Output;
  /** @default PULUMI_DOWNLOADS */
  readonly downloads?: Downloads;
}

/**
 * Finds the tools of these groups on the machine. The Pulumi CLI is downloaded if it is missing and the internet is open;
 * everything else that is missing is built.
 */
export async function ensureToolchain(
  groups: readonly Group[],
  options: EnsureOptions = {},
): Promise<Toolchain> {
  const env = options.env ?? process.env;
  const output = options.output ?? process.stderr;
  const cache = cacheDir(env);
  const wanted = toolsOf(groups);
  const lookups = await lookUp(wanted, env);
  const downloaded = await downloadPrograms(wanted, lookups, cache, options);
  for (const [name, lookup] of downloaded) lookups.set(name, lookup);
  await downloadPlugins(wanted, lookups, env);

  const missing = wanted.filter(({ name }) => !("found" in (lookups.get(name) ?? {})));
  announceBuilds(
    missing.filter((tool) => !existsSync(builtFile(tool, cache))),
    output,
  );
  const resolved = new Map<string, Resolved>();
  for (const tool of wanted) {
    const lookup = lookups.get(tool.name) ?? { missing: "not looked for" };
    if ("found" in lookup) {
      const origin = downloaded.has(tool.name) ? "downloaded" : "installed";
      resolved.set(tool.name, { tool, file: lookup.found, origin });
    } else {
      const file = await buildCached(tool, lookup.missing, cache, output);
      resolved.set(tool.name, { tool, file, origin: "built" });
    }
  }
  return arrange(resolved, cache, env);
}

/** One line for people who wait: how long all builds take, and how to avoid them. */
export function announceBuilds(builds: readonly Tool[], output: Output): void {
  if (builds.length === 0) return;
  const sum = (of: "seconds" | "megabytes") =>
    builds.reduce((total, { estimate }) => total + estimate[of], 0);
  const minutes = duration(Math.ceil(sum("seconds") / 60) * 60);
  const names = builds.map(({ name, version }) => `${name} ${version}`).join(", ");
  output.write(
    `building what this machine lacks: ${names}. This takes about ${minutes} on two cores and ${sum("megabytes")} MB, once. To avoid it, install these programs; toolchain/README.md lists the accepted versions\n`,
  );
}

/** Returns the file of a requested tool. */
export function fileOf(toolchain: Toolchain, name: string): string {
  const resolved = toolchain.tools.get(name);
  if (resolved === undefined) {
    throw new Error(
      `this toolchain has no ${name}: ask ensureToolchain for the group that it belongs to`,
    );
  }
  return resolved.file;
}

/** The Pulumi CLI and its language plugin, if they are neither installed nor built and Pulumi's downloads can be reached. */
async function downloadPrograms(
  wanted: readonly Tool[],
  lookups: ReadonlyMap<string, Lookup>,
  cache: string,
  { downloads = PULUMI_DOWNLOADS, output = process.stderr }: EnsureOptions,
): Promise<ReadonlyMap<string, Lookup>> {
  const cli = wanted.find(({ name }) => name === "pulumi");
  const isMissing = cli?.kind === "program" && "missing" in (lookups.get(cli.name) ?? {});
  if (!isMissing || existsSync(builtFile(cli, cache))) return new Map();
  const folder = await downloadCli(cli, cache, output, downloads);
  if (folder === undefined) return new Map();
  const family = wanted.filter((tool) => tool.kind === "program" && tool.family === cli.family);
  return new Map(family.map(({ name }) => [name, { found: join(folder, name) }]));
}

/** Lets a CLI download missing providers in its own way. After the first failure, the rest are built. */
async function downloadPlugins(
  wanted: readonly Tool[],
  lookups: Map<string, Lookup>,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const cli = lookups.get("pulumi");
  if (cli === undefined || !("found" in cli)) return;
  for (const tool of wanted) {
    if (tool.kind !== "plugin" || "found" in (lookups.get(tool.name) ?? {})) continue;
    const args = ["plugin", "install", "resource", tool.provider, tool.version];
    try {
      await run(cli.found, args, { env, timeout: downloadMs });
    } catch {
      return;
    }
    lookups.set(tool.name, lookUpPlugin(tool, env));
  }
}

function arrange(
  resolved: ReadonlyMap<string, Resolved>,
  cache: string,
  env: NodeJS.ProcessEnv,
): Toolchain {
  const all = [...resolved.values()];
  const programs = all.filter(
    ({ tool, origin }) => tool.kind === "program" && origin !== "installed",
  );
  const plugins = all.flatMap(({ tool, file, origin }) =>
    tool.kind === "plugin" ? [{ tool, file, origin }] : [],
  );
  const binDir = linkPrograms(programs, cache);
  const ownHome = plugins.some(({ origin }) => origin === "built");
  const pulumiHome = ownHome ? join(cache, "pulumi-home") : ordinaryPulumiHome(env);
  if (ownHome) linkPlugins(plugins, pulumiHome);

  const settings: Record<string, string> = {};
  if (programs.length > 0) settings.PATH = [binDir, env.PATH ?? ""].join(delimiter);
  if (ownHome) settings.PULUMI_HOME = pulumiHome;
  const builtCli = programs.some(
    ({ tool, origin }) => tool.name === "pulumi" && origin === "built",
  );
  if (ownHome || builtCli) {
    settings.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION = "true";
    settings.PULUMI_SKIP_UPDATE_CHECK = "true";
  }
  return { binDir, pulumiHome, env: settings, tools: resolved };
}

/**
 * Puts the programs into one folder. The CLI looks for its language plugin beside its own real file, so these are hard
 * links and not symbolic links.
 */
function linkPrograms(programs: readonly Resolved[], cache: string): string {
  const keys = programs.map(({ file }) => relative(cache, dirname(file))).sort();
  const hash = createHash("sha256").update(keys.join("\n")).digest("hex").slice(0, 12);
  const binDir = join(cache, `bin-${hash}`);
  mkdirSync(binDir, { recursive: true, mode: 0o700 });
  for (const { tool, file } of programs) linkInPlace(file, join(binDir, tool.name));
  return binDir;
}

function linkPlugins(
  plugins: readonly { readonly tool: PluginTool; readonly file: string }[],
  pulumiHome: string,
): void {
  for (const { tool, file } of plugins) {
    linkInPlace(file, join(pluginFolder(pulumiHome, tool), tool.name));
  }
}
