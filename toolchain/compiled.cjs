// @ts-check
/**
 * Runs the TypeScript of this repository. If it has changed, it is compiled with all type checks; otherwise, the
 * earlier result is used. ts-node checks types at every start and tsx never; docs/decisions/0002 has the figures.
 */
"use strict";
const { execFileSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");

/**
 * Parts that are compiled separately, by the name of their tsconfig: the entry, and all sources that may belong to it.
 */
const UNITS = {
  program: {
    entry: "index",
    sources: [
      "index.ts",
      "components",
      "config",
      "enrollment",
      "facts",
      "host",
      "stack",
      "systems",
      "x509",
    ],
  },
  cli: {
    entry: "cli/main",
    sources: [
      "cli",
      "command",
      "components",
      "config",
      "enrollment",
      "export",
      "facts",
      "host",
      "systems",
      "verify",
      "x509",
    ],
  },
};
const SETTINGS = ["tsconfig.json", "toolchain/tsconfig.build.json", "package-lock.json"];

/**
 * @param {keyof typeof UNITS} unit
 * @returns {unknown} what the unit's entry exports
 */
exports.load = (unit) => {
  const { entry, sources } = UNITS[unit];
  const hash = createHash("sha256");
  for (const file of [...SETTINGS, ...sources.flatMap(sourcesIn).sort()]) {
    hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  const build = join(root, ".countersign", "build", unit, hash.digest("hex").slice(0, 16));
  if (!existsSync(build)) compile(unit, build);
  return require(join(build, entry));
};

/**
 * @param {string} path
 * @returns {string[]}
 */
function sourcesIn(path) {
  if (path.endsWith(".ts")) return [path];
  return readdirSync(join(root, path), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|json)$/.test(name))
    .map((name) => join(path, name));
}

/**
 * Compiles completely or not at all, so that an interruption or a second start leaves nothing unfinished.
 *
 * @param {string} unit
 * @param {string} build
 */
function compile(unit, build) {
  const unfinished = `${build}.${process.pid}`;
  const project = join(__dirname, `tsconfig.${unit}.json`);
  try {
    execFileSync(
      process.execPath,
      [require.resolve("typescript/bin/tsc"), "-p", project, "--outDir", unfinished],
      { encoding: "utf8" },
    );
    forgetOlder(join(build, ".."));
    renameSync(unfinished, build);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (existsSync(build)) return; // another start was quicker
    const { stdout } = /** @type {{ stdout?: string }} */ (error);
    process.stderr.write(
      stdout ? `the ${unit} does not compile:\n${stdout}` : `${String(error)}\n`,
    );
    process.exit(1);
  }
}

/**
 * Deletes all but the newest few builds: a running program may still load from an earlier one.
 *
 * @param {string} builds
 */
function forgetOlder(builds) {
  const finished = readdirSync(builds)
    .filter((name) => /^[0-9a-f]{16}$/.test(name))
    .map((name) => join(builds, name))
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  for (const old of finished.slice(3)) rmSync(old, { recursive: true, force: true });
}
