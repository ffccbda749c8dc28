import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { realFolder } from "./material";

/**
 * Returns the custom resource definitions that a system ships, as YAML, by their names.
 *
 * @param system the folder that test/real/assemble.ts has created for it.
 */
export function realDefinitions(system: string): ReadonlyMap<string, string> {
  const folder = join(realFolder(), system, "crds");
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8"));
  return new Map(texts.map((text) => [nameOf(text), text]));
}

/** Returns the rest of the folder names that start with a prefix, e.g. the versions of a system. */
export function realSystems(prefix: string): string[] {
  const found = readdirSync(realFolder()).filter((entry) => entry.startsWith(prefix));
  if (found.length === 0) throw new Error(`${realFolder()} has no ${prefix}*`);
  return found.map((entry) => entry.slice(prefix.length)).sort();
}

function nameOf(text: string): string {
  return (parse(text) as { metadata: { name: string } }).metadata.name;
}
