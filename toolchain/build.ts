import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { withLock } from "../host";
import { cacheKey, modulesDir } from "./cache";
import { go } from "./go";
import { formatSeconds, withProgress, type Output } from "./progress";
import type { Build, GeneratedFile, Tool } from "./tool";

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
      const details = `${why}; takes about ${formatSeconds(seconds)} and ${megabytes} MB, once`;
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
    await go({ args: buildArguments(tool.build, join(result, tool.name)), cwd: source });
    // The last step makes the whole folder appear at once: the cache contains only complete folders.
    renameSync(result, folder);
  } catch (error) {
    throw new Error(`could not build ${tool.name} ${tool.version}: ${(error as Error).message}`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function buildArguments(build: Build, binary: string): string[] {
  return ["build", ...reproducible(build), "-o", binary, build.package];
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
