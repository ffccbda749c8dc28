import { posix } from "node:path";
import { parseAllDocuments } from "yaml";
import { isWithin, type PodFile } from "../../../verify/cluster/pods";

/**
 * Settings by their names in one spelling. Spring Boot treats `key-store`, `keyStore` and `KEY_STORE` alike, and
 * mapstructure, with which services in Go read them, ignores case.
 */
export type Properties = ReadonlyMap<string, string>;

/** Converts a name to the spelling of {@link Properties}. */
export function canonical(name: string): string {
  return name.replace(/[-_]/g, "").toLowerCase();
}

/** Returns the leaves of a tree of settings by their paths, e.g. `server.ssl.enabled`. */
export function leavesOf(tree: unknown, path = ""): (readonly [string, string])[] {
  if (tree === null) return [];
  if (Array.isArray(tree))
    return tree.flatMap((each, index) => leavesOf(each, `${path}[${index}]`));
  if (typeof tree === "object") {
    return Object.entries(tree).flatMap(([key, value]) =>
      leavesOf(value, path === "" ? key : `${path}.${key}`),
    );
  }
  return typeof tree === "string" || typeof tree === "number" || typeof tree === "boolean"
    ? [[path, String(tree)]]
    : [];
}

/** Reads a tree of settings. Of two spellings, the one with hyphens takes precedence (tried with Spring Boot 2.7). */
export function propertiesOf(tree: unknown): Properties {
  const hyphens = ([name]: readonly [string, string]) => Number(name.includes("-"));
  const leaves = leavesOf(tree).sort((one, other) => hyphens(one) - hyphens(other));
  return new Map(leaves.map(([name, value]) => [canonical(name), value]));
}

/** Merges layers of settings; the last layer takes precedence. */
export function layered(...layers: readonly Properties[]): Properties {
  return new Map(layers.flatMap((layer) => [...layer]));
}

/** Reads settings from a process's environment. */
export function propertiesOfEnvironment(environment: ReadonlyMap<string, string>): Properties {
  return new Map(
    [...environment].map(([name, value]) => [name.toLowerCase().replaceAll("_", "."), value]),
  );
}

/** Reads the trees of settings in a YAML file; undefined if it is not YAML. */
export function readYaml(text: string): unknown[] | undefined {
  const documents = parseAllDocuments(text, { logLevel: "silent" });
  if (documents.some(({ errors }) => errors.length > 0)) return undefined;
  return documents.map((document) => document.toJS() as unknown);
}

const PLACEHOLDER = /\$\{([^${}:]+)(?::([^${}]*))?\}/g;
const DEEPEST = 8;

/** Resolves `${name}` in a setting; names that do not exist stay as they are. */
export function resolved(properties: Properties, value: string): string {
  let text = value;
  for (let depth = 0; depth < DEEPEST && text.includes("${"); depth++) {
    text = text.replace(
      PLACEHOLDER,
      (whole, name: string, otherwise?: string) =>
        properties.get(canonical(name)) ?? otherwise ?? whole,
    );
  }
  return text;
}

/** Settings as Spring Boot reads them from files. */
interface SpringFiles {
  readonly properties: Properties;
  readonly faults: readonly string[];
}

const IMPORT = /^spring\.config\.import(?:\[\d+\])?$/;

/** Returns the places from which settings import others (`spring.config.import`). */
export function importsOf(properties: Properties): string[] {
  return [...properties]
    .filter(([name]) => IMPORT.test(name))
    .flatMap(([, value]) => value.split(",").map((place) => place.trim()));
}

/** Reads settings, and the trees of files that they import and that override them (`configtree:`, Spring Boot 2.4). */
export function readSettings(
  text: string,
  origin: string,
  files: ReadonlyMap<string, PodFile>,
): SpringFiles {
  const trees = readYaml(text);
  if (trees === undefined) {
    return { properties: new Map(), faults: [`${origin} is not YAML.`] };
  }
  const properties = layered(...trees.map(propertiesOf));
  const imported: Properties[] = [];
  const faults: string[] = [];
  for (const place of importsOf(properties)) {
    const [, optional, directory = ""] = /^(optional:)?configtree:(.*)$/.exec(place) ?? [];
    if (directory === "") continue;
    const found = filesBelow(directory, files);
    if (found.size === 0 && optional === undefined)
      faults.push(`${origin} imports ${place}, but nothing is mounted there.`);
    imported.push(found);
  }
  return { properties: layered(properties, ...imported), faults };
}

/** Reads each file as a property with the name of its path, without a line break at the end. */
function filesBelow(directory: string, files: ReadonlyMap<string, PodFile>): Properties {
  const below = [...files].filter(([path]) => isWithin(path, directory));
  return new Map(
    below.map(([path, { content }]) => [
      canonical(posix.relative(directory, path).replaceAll("/", ".")),
      content.toString("utf8").replace(/\r?\n$/, ""),
    ]),
  );
}
