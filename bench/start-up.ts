import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { row, seconds, spread } from "./figures";

const run = promisify(execFile);
const ROUNDS = 9;

const cwd = resolve(__dirname, "..");
const PACKAGE = { program: "./dist/program.js", pki: "./dist/pki.js", command: "./dist/cli.js" };

/** Ways to load the program into Node, compared with the Pulumi SDK alone; each has its own process. */
const STARTS: Readonly<Record<string, readonly string[]>> = {
  "Pulumi SDK alone": ["-e", 'require("@pulumi/pulumi")'],
  "program, compiled when changed (ours)": ["-e", 'require("./program.cjs")'],
  "program, by tsx (no type checks)": ["--import", "tsx", "-e", 'require("./index.ts")'],
};

/** Measures how long it takes to load the program, before it does anything. */
export async function measureStartUp(): Promise<void> {
  await run("npm", ["run", "build"], { cwd });
  const starts = { ...STARTS };
  for (const [part, file] of Object.entries(PACKAGE)) {
    starts[`package, ${part}`] = ["-e", `require(${JSON.stringify(file)})`];
    starts[`package, ${part}: only the modules that it loads`] = ["-e", await modulesOf(file)];
  }
  const times = Object.fromEntries(Object.keys(starts).map((name) => [name, [] as number[]]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, args] of Object.entries(starts)) {
      const time = await seconds(() => run(process.execPath, [...args], { cwd }));
      if (round > 0) times[name]?.push(time); // the first round compiles and warms caches
    }
  }
  for (const [name, each] of Object.entries(times)) row(`${name} (s)`, spread(each));
}

/** Returns an empty program that loads the same modules of Node and of other packages as a file of the package. */
async function modulesOf(file: string): Promise<string> {
  const list = `
    const { readFileSync } = require("node:fs");
    const { resolve } = require("node:path");
    const own = resolve("dist");
    require(${JSON.stringify(file)});
    const loaded = Object.keys(require.cache);
    const text = loaded.filter((each) => each.startsWith(own)).map((each) => readFileSync(each, "utf8")).join("");
    const others = loaded.filter((each) => !each.startsWith(own));
    for (const [, name] of text.matchAll(/require\\("(node:[^"]+)"\\)/g)) others.unshift(name);
    process.stdout.write(others.map((each) => \`require(\${JSON.stringify(each)});\`).join(""));
  `;
  return (await run(process.execPath, ["-e", list], { cwd })).stdout;
}
