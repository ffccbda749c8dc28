import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parse } from "yaml";
import { blocksOf, type Block } from "../../pages";
import { need } from "../need";

const root = resolve(__dirname, "..", "..", "..");

/** The script that runs a command when files have changed. */
export const ON_CHANGE = join(root, "examples", "services", "on-change.sh");

/**
 * Returns a block of a recipe's page, with these texts replaced: folders and ports.
 *
 * @param position position among the page's blocks in this language.
 */
export function written(
  name: string,
  language: string,
  replacements: Readonly<Record<string, string>> = {},
  position = 0,
): string {
  const what = `block ${position} of ${language} in ${pageOf(name)}`;
  const text = `${need(blocksIn(name, language)[position], what).lines.join("\n")}\n`;
  return Object.entries(replacements).reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`${what} has no ${from}`);
    return before.replaceAll(from, to);
  }, text);
}

/** Returns the command that a recipe's page passes to the script, as words; undefined if it needs none. */
export function commandOf(name: string): readonly string[] | undefined {
  const line = blocksIn(name, "bash")[0]?.lines[0];
  if (line === undefined) return undefined;
  const matches = [...line.matchAll(/"([^"]*)"|\S+/g)];
  const [script, folder, ...words] = matches.map(([word, quoted]) => quoted ?? word);
  if (script !== basename(ON_CHANGE) || folder !== "/tls")
    throw new Error(`${line} does not start the script for /tls`);
  return words;
}

function blocksIn(name: string, language: string): Block[] {
  return blocksOf(pageOf(name)).filter((block) => block.language === language);
}

function pageOf(name: string): string {
  return join(root, "docs", "recipes", `${name}.md`);
}

/** Returns the sections of a recipe's stack file, without the prefix of their names. */
export function stackFile(name: string): Readonly<Record<string, Record<string, unknown>>> {
  const file = join(root, "examples", "services", `Pulumi.${name}.yaml`);
  const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, never> };
  return Object.fromEntries(
    Object.entries(config).map(([section, value]) => [section.replace("countersign:", ""), value]),
  );
}
