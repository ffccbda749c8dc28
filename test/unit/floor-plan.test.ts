import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import ts from "typescript";

/** Words that show that code knows a system. */
const SYSTEMS = /spinnaker|choreo|substra|orchestrator|openchoreo|mspId/i;

/** Folders that may know one system, and the lists of systems. */
const OF_SYSTEMS = /^(systems|components\/(substra|spinnaker|choreo|choreo-connect))\//;

/** Files that are no part of what people read to understand the program. */
const NO_CODE = /^(test|docs|examples)\//;

/** Sources that have no part in deployments. */
const NO_SOURCE = /^(test|docs|examples|bench|local|toolchain|\.github)\//;

/** Most files without tests, and the largest share of lines of a top-level folder. */
const MOST_FILES = 440;
const LARGEST_SHARE = 0.3;

/** A smaller file that only one other imports belongs into that one, unless it is a boundary. */
const SMALL = 20;

/** The lists of systems, and what programs import. */
const BOUNDARY = /(^systems\/(programs|commands)|\/index)\.ts$/;

describe("the floor plan", () => {
  const tracked = (...patterns: string[]) =>
    execFileSync("git", ["ls-files", ...patterns], { encoding: "utf8" })
      .trim()
      .split("\n");
  const files = tracked("*.ts");
  const sources = files.filter((file) => !NO_SOURCE.test(file));

  it("has systems in their own folders only: no other source names one", () => {
    const knowing = sources.filter((file) => !OF_SYSTEMS.test(file) && namesSystem(file));
    assert.deepEqual(knowing, []);
  });

  it("has no circle of imports", () => {
    const imports = new Map(sources.map((file) => [file, importsOf(file, new Set(sources))]));
    assert.deepEqual(circlesIn(imports), []);
  });

  it("is of a size that one can walk through, and no folder is most of it", () => {
    const code = tracked("*.ts", "*.cjs", "*.mjs").filter((file) => !NO_CODE.test(file));
    assert.ok(code.length <= MOST_FILES, `${code.length} files`);
    const lines = new Map<string, number>();
    for (const file of code) {
      const [top = ""] = file.split("/");
      lines.set(top, (lines.get(top) ?? 0) + linesOf(file));
    }
    const all = [...lines.values()].reduce((sum, each) => sum + each, 0);
    const large = [...lines].filter(([, each]) => each > LARGEST_SHARE * all);
    assert.deepEqual(large, []);
  });

  it("has no small file that only one other reads", () => {
    const code = files.filter((file) => !NO_CODE.test(file));
    const readers = new Map<string, number>();
    for (const file of code)
      for (const read of importsOf(file, new Set(code)))
        readers.set(read, (readers.get(read) ?? 0) + 1);
    const small = code.filter(
      (file) => readers.get(file) === 1 && !BOUNDARY.test(file) && linesOf(file) < SMALL,
    );
    assert.deepEqual(small, []);
  });
});

function linesOf(file: string): number {
  return readFileSync(file, "utf8").split("\n").length - 1;
}

/** Whether the code of a source names a system. Parsing is slow, so only sources with such a word are parsed. */
function namesSystem(file: string): boolean {
  const text = readFileSync(file, "utf8");
  return SYSTEMS.test(text) && SYSTEMS.test(codeOf(file, text));
}

/** Returns a source without its comments. */
function codeOf(file: string, text: string): string {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  return ts.createPrinter({ removeComments: true }).printFile(source);
}

/** Returns the sources of this repository that a source imports, including those of which it only needs types. */
function importsOf(file: string, known: ReadonlySet<string>): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"));
  return importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith(".")) return [];
    const path = new URL(fileName, `file:///${file}`).pathname.slice(1).replace(/\/$/, "");
    const places = [`${path}.ts`, path === "" ? "index.ts" : `${path}/index.ts`];
    return places.filter((place) => known.has(place));
  });
}

/** Returns groups of files that import one another, directly or not (Tarjan's algorithm). */
function circlesIn(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): number => {
    const own = order.size;
    order.set(file, own);
    path.push(file);
    let low = own;
    for (const next of imports.get(file) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (path.includes(next)) low = Math.min(low, order.get(next) ?? low);
    }
    lowest.set(file, low);
    if (low === own) {
      const circle = path.splice(path.indexOf(file));
      if (circle.length > 1) circles.push(circle);
    }
    return low;
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles;
}
