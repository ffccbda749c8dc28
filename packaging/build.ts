import { existsSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { decode, encode } from "@jridgewell/sourcemap-codec";
import { rolldown, type Plugin } from "rolldown";
import ts from "typescript";
import { dependencies } from "../package.json";
import { ENTRIES, MODULES } from "./entries";

const root = resolve(__dirname, "..");

/**
 * Builds what the package has in `dist/`: JavaScript in few files, with source maps, and the types of all that programs
 * import. docs/decisions/0023 has the reasons.
 *
 * @throws Error if a type is wrong, or if a module that is not among `dependencies` would be loaded.
 */
async function build(to: string): Promise<void> {
  rmSync(to, { recursive: true, force: true });
  await writeScripts(to);
  writeTypes(join(to, "types"));
}

/**
 * Bundles by what entries have in common, so that each loads nothing but its own code. Packages stay outside: a program
 * must share Pulumi's, and npm updates the others.
 */
async function writeScripts(to: string): Promise<void> {
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(
      Object.entries(MODULES).map(([name, source]) => [name, `./${source}.ts`]),
    ),
    external: (id) => !/^[./]/.test(id) || id.endsWith("package.json"),
    platform: "node",
    plugins: [onlyDependencies, linesOnly],
    onLog(_level, log) {
      throw new Error(log.message);
    },
  });
  await bundle.write({
    dir: to,
    format: "cjs",
    exports: "named",
    comments: false,
    // Short names of variables, since the command alone has 200 sources. Stack traces need the names of functions.
    minify: { compress: false, mangle: { keepNames: true }, codegen: { removeWhitespace: true } },
    sourcemap: true,
    sourcemapExcludeSources: true,
    chunkFileNames: "shared/[name].js",
  });
  await bundle.close();
}

/** Refuses imports of packages that whoever installs this one does not get. */
const onlyDependencies: Plugin = {
  name: "only-dependencies",
  generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      if (file.type !== "chunk") continue;
      for (const id of [...file.imports, ...file.dynamicImports]) {
        if (id in files || id.startsWith("node:")) continue;
        const [scope = "", name = ""] = id.split("/");
        const owner = scope.startsWith("@") ? `${scope}/${name}` : scope;
        if (!(owner in dependencies)) this.error(`${file.fileName} imports ${id}`);
      }
    }
  },
};

/**
 * Keeps the first position of each source line in source maps. A stack trace needs no more, and Pulumi's SDK, which reads
 * the maps, has less to read.
 */
const linesOnly: Plugin = {
  name: "lines-only",
  generateBundle(_options, files) {
    for (const [name, file] of Object.entries(files)) {
      if (file.type !== "asset" || !name.endsWith(".map")) continue;
      const map = JSON.parse(String(file.source)) as { mappings: string; names: string[] };
      const mappings = encode(decode(map.mappings).map(firstOfSourceLines));
      file.source = JSON.stringify({ ...map, names: [], mappings });
    }
  },
};

type Segments = ReturnType<typeof decode>[number];

/** Returns the segments of a line of output at which another source line begins. */
function firstOfSourceLines(segments: Segments): Segments {
  let [source, line] = [-1, -1];
  const kept: Segments = [];
  for (const [column, ...[of, at]] of segments) {
    if (of === undefined || at === undefined || (of === source && at === line)) continue;
    [source, line] = [of, at];
    kept.push([column, of, at, 0]);
  }
  return kept;
}

/** Declarations without comments, since components only show some of these types. */
const INNER = /^(x509|enrollment|host)\/(?!(grant|key)\.)/;

/** Writes the declarations of what programs import, and of all that these mention. */
function writeTypes(to: string): void {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (file) =>
    ts.sys.readFile(file),
  ) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...config.compilerOptions,
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      types: ["node"],
      rootDir: ".",
      outDir: to,
    },
    root,
  );
  const files = ENTRIES.map(({ source }) => join(root, `${source}.ts`));
  const program = ts.createProgram(files, options);
  const printer = ts.createPrinter({ removeComments: true });
  const { diagnostics } = program.emit(undefined, (file, text) => {
    const isInner = INNER.test(relative(to, file));
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
    ts.sys.writeFile(file, isInner ? printer.printFile(source) : text);
  });
  const all = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (all.length > 0) {
    const host = {
      getCurrentDirectory: () => root,
      getCanonicalFileName: (name: string) => name,
      getNewLine: () => "\n",
    };
    throw new Error(ts.formatDiagnostics(all, host));
  }
  const missing = ENTRIES.filter(({ source }) => !existsSync(join(to, `${source}.d.ts`)));
  if (missing.length > 0) throw new Error(`no types of ${missing.map(({ name }) => name).join()}`);
}

build(join(root, "dist")).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
