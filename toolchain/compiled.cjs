// @ts-check
/**
 * Runs the TypeScript of this repository: compiles it, with all type checks, when it has changed and else takes
 * what was compiled before. ts-node checks types at every start, tsx never; docs/decisions/0002 has the figures.
 */
"use strict";
const { execFileSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const builds = join(root, ".countersign", "build");

/** The program and the command; tests and tools run from source. */
const SOURCES = ["index.ts", "cli", "components", "config", "x509"];
const SETTINGS = ["tsconfig.json", "tsconfig.build.json", "package-lock.json"];

/** @returns {string} the folder of the compiled sources */
function compiled() {
  const hash = createHash("sha256");
  for (const file of [...SETTINGS, ...SOURCES.flatMap(sourcesIn).sort()]) {
    hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  const build = join(builds, hash.digest("hex").slice(0, 16));
  if (!existsSync(build)) compileTo(build);
  return build;
}

/** @param {string} path @returns {string[]} */
function sourcesIn(path) {
  if (path.endsWith(".ts")) return [path];
  return readdirSync(join(root, path), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(path, name));
}

/** Whole or not at all, so that an interruption or a second start leaves nothing half done. @param {string} build */
function compileTo(build) {
  const unfinished = `${build}.${process.pid}`;
  mkdirSync(builds, { recursive: true });
  const tsc = require.resolve("typescript/bin/tsc");
  try {
    execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json"), "--outDir", unfinished], {
      encoding: "utf8",
    });
    for (const old of readdirSync(builds)) {
      if (/^[0-9a-f]{16}$/.test(old)) rmSync(join(builds, old), { recursive: true, force: true });
    }
    renameSync(unfinished, build);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (existsSync(build)) return; // another start was quicker
    const { stdout } = /** @type {{ stdout?: string }} */ (error);
    process.stderr.write(stdout ? `the program does not compile:\n${stdout}` : `${String(error)}\n`);
    process.exit(1);
  }
}

/** @param {string} entry a source file without its ending, e.g. `cli/main` */
exports.load = (entry) => /** @type {unknown} */ (require(join(compiled(), entry)));
