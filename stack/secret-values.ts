import { existsSync } from "node:fs";
import { join } from "node:path";
import { getStack, secret } from "@pulumi/pulumi";
import { parse } from "yaml";
import { isMap, type ChartValues } from "../components/kubernetes/helm/chart";
import type { StackConfig } from "../config";
import type { MarkValues, ProgramSystem } from "./system";
import { LIMITS, readFileText } from "../host";

/** A path below a section of the configuration, e.g. `["values", "redis", "auth", "password"]`. */
type Path = readonly string[];

/** Whether the configuration encrypts the value at a path, or something in it. */
type IsSecret = (section: string, path: Path) => boolean;

/**
 * Finds out which chart values the stack's configuration encrypts. Pulumi passes each section to the program as plain
 * text, and tells only for a whole section whether something in it is encrypted. Which value it is can be read in the
 * stack file.
 *
 * @param directory the directory of that file.
 * @param secretKeys the keys with secrets according to Pulumi: a JSON array, as the Node SDK itself reads it from the
 * environment.
 */
export function secretsOfStack(
  directory = process.cwd(),
  secretKeys = process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]",
): IsSecret {
  const encrypted = new Set(JSON.parse(secretKeys) as string[]);
  const file = join(directory, `Pulumi.${getStack()}.yaml`);
  const content = existsSync(file)
    ? (parse(readFileText(file, { limit: LIMITS.config }), { logLevel: "error" }) as unknown)
    : undefined;
  return (section, path) => {
    const key = `countersign:${section}`;
    return encrypted.has(key) && isEncrypted(content, ["config", key, ...path]);
  };
}

/** Whether a value is encrypted. A value that is not found, as in a file with another name, counts as encrypted. */
function isEncrypted(node: unknown, path: Path): boolean {
  if (typeof node !== "object" || node === null) return path.length > 0;
  const [next, ...rest] = path;
  if ("secure" in node && Object.keys(node).length === 1) return true;
  if (next === undefined) return Object.values(node).some((inside) => isEncrypted(inside, []));
  return !(next in node) || isEncrypted((node as Record<string, unknown>)[next], rest);
}

/** Marks the chart values of all systems that are encrypted in the configuration as secrets. */
export function withSecrets(
  { authority, systems }: StackConfig<ProgramSystem>,
  isSecret: IsSecret,
): StackConfig<ProgramSystem> {
  const markIn: MarkValues = (values, section, path) =>
    mark(values, path, (each) => isSecret(section, each));
  return {
    authority,
    systems: systems.map(({ system, settings }) => ({
      system,
      settings: system.withSecretValues?.(settings, markIn) ?? settings,
    })),
  };
}

function mark(values: ChartValues, path: Path, isSecret: (path: Path) => boolean): ChartValues {
  const entries = Object.entries(values).map(([name, value]) => {
    const inside = [...path, name];
    if (isMap(value)) return [name, mark(value, inside, isSecret)];
    return [name, isSecret(inside) ? secret(value) : value];
  });
  return Object.fromEntries(entries) as ChartValues;
}
