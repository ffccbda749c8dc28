import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  linkSync,
  readFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { duration, withLock } from "../host";
import { withProgress, type Output } from "./progress";
import type { Build, GeneratedFile, Tool } from "./tools";

/** The folders of wrapper modules, each with the go.mod and go.sum of one or more tools. */
export const modulesDir = join(__dirname, "modules");

/** Returns the user's folder for built tools. */
export function cacheDir(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CACHE_HOME ?? "";
  return join(base === "" ? join(homedir(), ".cache") : base, "countersign", "toolchain");
}

/** Returns a tool's folder name in the cache, which changes whenever anything changes that determines the binary. */
export function cacheKey(tool: Tool, moduleFolder = join(modulesDir, tool.build.module)): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([process.platform, process.arch, decisive(tool.build)]));
  for (const file of filesBelow(moduleFolder)) {
    const content = readFileSync(file);
    hash.update(`\0${relative(moduleFolder, file)}\0${content.length}\0`);
    hash.update(content);
  }
  return `${tool.name}-${tool.version}-${hash.digest("hex").slice(0, 12)}`;
}

function decisive(build: Build): unknown[] {
  return [build.package, build.variables, build.generated ?? []];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Makes `to` the same file as `from`, and replaces an existing `to` in one step. */
export function linkInPlace(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  const temporary = `${to}.${process.pid}`;
  rmSync(temporary, { force: true });
  linkSync(from, temporary);
  // Renaming one link over another of the same file does nothing at all, so the temporary name may still exist.
  renameSync(temporary, to);
  rmSync(temporary, { force: true });
}

/** Returns the file of the tool's binary in the cache, whether it has been built or not. */
export function builtFile(tool: Tool, cache: string): string {
  return join(cache, cacheKey(tool), tool.name);
}

/** Returns the tool's binary in the cache, and builds it if it is not there yet. */
export async function buildCached(
  tool: Tool,
  why: string,
  cache: string,
  output: Output,
): Promise<string> {
  const binary = builtFile(tool, cache);
  const folder = dirname(binary);
  if (existsSync(binary)) return binary;
  const onWait = (pid: number): void =>
    void output.write(`waiting for process ${pid}, which builds ${tool.name}\n`);
  return withLock(
    `${folder}.lock`,
    async () => {
      // Another run may have finished it while this one waited.
      if (existsSync(binary)) return binary;
      removeLeftovers(folder);
      const { seconds, megabytes } = tool.estimate;
      const details = `${why}; takes about ${duration(seconds)} and ${megabytes} MB, once`;
      await withProgress(output, `building ${tool.name} ${tool.version}`, details, () =>
        build(tool, folder),
      );
      return binary;
    },
    { onWait },
  );
}

async function build(tool: Tool, folder: string): Promise<void> {
  const temporary = `${folder}.building-${process.pid}`;
  const source = join(temporary, "source");
  const result = join(temporary, "result");
  mkdirSync(result, { recursive: true, mode: 0o700 });
  try {
    // A copy, because some builds write files beside their sources, and this repository must not change.
    cpSync(join(modulesDir, tool.build.module), source, { recursive: true });
    for (const file of tool.build.generated ?? []) await generate(file, tool.build, source);
    const output = ["-o", join(result, tool.name), tool.build.package];
    await go({ args: ["build", ...reproducible(tool.build), ...output], cwd: source });
    // The last step makes the whole folder appear at once: the cache contains only complete folders.
    renameSync(result, folder);
  } catch (error) {
    throw new Error(`could not build ${tool.name} ${tool.version}: ${(error as Error).message}`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * Returns the flags of every compilation, which are the same everywhere, so that steps of one build share their
 * results.
 */
function reproducible(build: Build): string[] {
  const variables = Object.entries(build.variables).map(([name, value]) => `-X ${name}=${value}`);
  return ["-trimpath", "-buildvcs=false", "-ldflags", ["-s", "-w", ...variables].join(" ")];
}

async function generate(file: GeneratedFile, build: Build, source: string): Promise<void> {
  const target = join(source, file.to);
  if ("outputOf" in file) {
    const args = ["run", ...reproducible(build), ...file.outputOf];
    await go({ args, cwd: source, stdoutTo: target });
    return;
  }
  const { module, path } = file.copyOf;
  await go({ args: ["mod", "download", module], cwd: source });
  const found = await go({ args: ["list", "-m", "-f", "{{.Dir}}", module], cwd: source });
  cpSync(join(found.trim(), path), target);
}

/** Removes what an interrupted build left behind. The caller must hold the lock. */
function removeLeftovers(folder: string): void {
  const prefix = `${basename(folder)}.building-`;
  for (const name of readdirSync(dirname(folder))) {
    if (name.startsWith(prefix)) rmSync(join(dirname(folder), name), { recursive: true });
  }
}

const tailLines = 20;
const needed = "1.26";

interface GoCommand {
  readonly args: readonly string[];
  readonly cwd: string;
  /** File to which standard output is written instead of being returned. */
  readonly stdoutTo?: string;
}

/** Runs one go command in a wrapper module and returns what it printed. */
async function go(command: GoCommand): Promise<string> {
  const child = spawn("go", command.args, {
    cwd: command.cwd,
    env: goEnvironment(process.env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ENOENT" ? new Error(missingGo) : error),
    );
    child.on("close", (code, signal) => resolve(signal ?? String(code)));
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));

  let output = "";
  const reading =
    command.stdoutTo === undefined
      ? Promise.resolve(
          child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text)),
        )
      : pipeline(child.stdout, createWriteStream(command.stdoutTo));
  const [status] = await Promise.all([ended, reading]);
  if (status !== "0") throw new Error(explain(command.args, status, errors));
  return output;
}

/**
 * Returns the environment of a go command. The user's own settings, such as a module proxy, stay. Settings that would
 * change the result do not: a go.work in a parent folder, flags that relax the checks against go.sum, and a C compiler,
 * which other machines may lack.
 */
export function goEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, GOWORK: "off", GOFLAGS: "-mod=readonly", CGO_ENABLED: "0" };
}

const missingGo =
  `found no "go" on PATH; Go ${needed} or newer builds what this machine lacks. ` +
  `Install it from go.dev/dl or your package manager, or put the missing tools on PATH yourself ` +
  `(toolchain/README.md lists them).`;

function explain(args: readonly string[], status: string, errors: string): string {
  const tail = errors.trimEnd().split("\n").slice(-tailLines).join("\n");
  const failed = `go ${args[0] ?? ""} ended with ${status}:\n${tail}\n`;
  if (tail.includes("requires go >= ")) {
    return `${failed}Go ${needed} or newer is needed: update it, or allow it to fetch its own newer version with GOTOOLCHAIN=auto.`;
  }
  if (/checksum mismatch|SECURITY ERROR/.test(tail)) {
    return `${failed}The download does not match toolchain/modules/*/go.sum. Do not continue: check where GOPROXY points.`;
  }
  if (tail.includes("no space left on device")) {
    return `${failed}A full build needs about 6 GB in Go's caches (go env GOCACHE GOMODCACHE) and 1 GB for the results.`;
  }
  if (/dial tcp|i\/o timeout|no such host|proxyconnect|Forbidden/.test(tail)) {
    return `${failed}Go could not reach its module proxy: check the connection and GOPROXY, then run the same command again; finished tools are kept.`;
  }
  return `${failed}Run the same command again; finished tools are kept.`;
}
