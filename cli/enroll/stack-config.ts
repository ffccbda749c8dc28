import { parse } from "yaml";
import { z } from "zod";
import { CannotCheck, messageOf } from "../../command/failure";
import type { FileExchange, ReadSection, Side } from "../../command/file-exchange";
import { ConfigError, problemsOf } from "../../config/problems";
import { LIMITS, readFileText } from "../../host";

/** Parts of a stack's configuration that determine what may be imported. */
export interface ExchangeConfig {
  /** Path of the configuration file. */
  readonly path: string;
  /** The systems, at least one, with their parties in this stack. */
  readonly sides: readonly Side[];
}

/**
 * Reads from a stack's configuration file what may be imported. Nothing is decrypted: secrets are left out.
 *
 * @throws CannotCheck if there is no such file.
 * @throws ConfigError with every problem of the parts that are read.
 */
export function readExchangeConfig(path: string, systems: readonly FileExchange[]): ExchangeConfig {
  const sections = sectionsIn(path);
  const read: ReadSection = (name, schema) => {
    const section = sectionOf(name, sections, path);
    if (section === undefined) return undefined;
    const result = schema.safeParse(section, { reportInput: true });
    if (result.success) return result.data;
    throw new ConfigError(problemsOf(name, result.error));
  };
  return { path, sides: systems.map((system) => ({ system, parties: system.parties(read) })) };
}

/** Returns the name of a stack's configuration file in the project's folder. */
export function configFileOf(stack: string): string {
  return `Pulumi.${stack.slice(stack.lastIndexOf("/") + 1)}.yaml`;
}

function sectionsIn(path: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileText(path, { limit: LIMITS.config });
  } catch (error) {
    throw new CannotCheck(
      `the stack's configuration cannot be read: ${messageOf(error)}; run this in the project's folder, or give --config-file`,
    );
  }
  const file = z.object({ config: z.record(z.string(), z.unknown()).default({}) });
  const result = file.safeParse(parseYaml(text));
  if (result.success) return result.data.config;
  throw new CannotCheck(`${path} is not a configuration file of a stack`);
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { logLevel: "error" });
  } catch {
    return undefined;
  }
}

function sectionOf(
  section: string,
  sections: Readonly<Record<string, unknown>>,
  path: string,
): unknown {
  const value = sections[`countersign:${section}`] ?? undefined;
  if (isSecret(value)) {
    throw new CannotCheck(
      `countersign:${section} in ${path} is one secret, and nothing is decrypted here: set its keys one by one (\`pulumi config set --path\`), and only private keys as secrets`,
    );
  }
  return withoutSecrets(typeof value === "string" ? parseYaml(value) : value);
}

function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}

/** Removes secrets, as a ciphertext is of no use here. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => !isSecret(entry))
      .map(([key, entry]) => [key, withoutSecrets(entry)]),
  );
}
