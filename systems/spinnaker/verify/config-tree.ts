import { posix } from "node:path";
import { isWithin } from "../../../verify/cluster/mounts";
import type { PodFile } from "../../../verify/cluster/pod-files";
import { canonical, layered, propertiesOf, readYaml, type Properties } from "./properties";

/** Settings as Spring Boot reads them from files. */
export interface SpringFiles {
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
