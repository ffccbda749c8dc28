import { exports as exported } from "../package.json";

/** A part of the package that programs import. */
export interface Entry {
  /** Its name below `countersign/`; "index" is the package itself. */
  readonly name: string;
  /** The module in this repository, without extension. */
  readonly source: string;
}

const TYPES = /^\.\/dist\/types\/(.+)\.d\.ts$/;

/** Components that programs import, as `exports` of package.json lists them. */
export const ENTRIES: readonly Entry[] = Object.entries(exported).flatMap(([path, target]) => {
  const source = typeof target === "string" ? undefined : TYPES.exec(target.types)?.[1];
  return source === undefined ? [] : [{ name: path.slice(2) || "index", source }];
});

/** Everything that is built: also what `program.cjs` and the command load. */
export const MODULES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(ENTRIES.map(({ name, source }) => [name, source])),
  program: "index",
  cli: "cli/main",
};
