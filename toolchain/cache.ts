import { createHash } from "node:crypto";
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { Build, Tool } from "./tools";

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
