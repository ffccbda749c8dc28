import { z } from "zod";
import { SECRET_KEYS } from "../../../config/problems";
import { RELEASE } from "../../report/objects";
import { escapeForPattern } from "../../report/releases/values/new-names";
import { isMap, readProperty, type Property, type PropertyMap } from "../../report/value";
import type { StackFile } from "../stack-folder";

/**
 * Reads the configuration in a stack file; everything that is secret is a mark.
 *
 * @param file its parsed content.
 */
export function configIn(file: unknown): PropertyMap {
  const { config } = z.object({ config: z.unknown() }).catch({ config: {} }).parse(file);
  const masked = readProperty(withoutSecrets(config, ""));
  return isMap(masked) ? masked : {};
}

/** What Pulumi writes for a secret, and what `readProperty` reads as one. */
const HIDDEN = "[secret]";

/** Names of keys that hide a value in plain text, too: it should be a secret. */
const HIDING = /password|passphrase|token$/i;

/** Returns values of a configuration with marks in place of secrets. */
export function withoutSecrets(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, ""));
  if (typeof value === "object" && value !== null) {
    if (Object.hasOwn(value, "secure")) return HIDDEN;
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [name, withoutSecrets(field, name)]),
    );
  }
  return SECRET_KEYS.includes(key) || HIDING.test(key) ? HIDDEN : value;
}

/**
 * Returns the values of a stack with `<stack>` and `<party>` in place of its name and of the parties that others sign
 * for, so that they can be compared with those of another stack.
 */
export function generalized<P extends Property>(value: P, { name, signed }: StackFile): P {
  const parties = signed.map(({ party }, position): [string, string] => [
    party,
    position === 0 ? "<party>" : `<party ${position + 1}>`,
  ]);
  // Longer names first: one may be part of another.
  const names = [[name, "<stack>"] as const, ...parties].sort(
    ([one], [other]) => other.length - one.length,
  );
  const replaced = (text: string) =>
    names.reduce((result, [own, general]) => result.replace(wholeWord(own), general), text);
  const visit = (each: Property): Property => {
    if (typeof each === "string") return replaced(each);
    if (Array.isArray(each)) return (each as readonly Property[]).map(visit);
    if (!isMap(each)) return each;
    return Object.fromEntries(
      Object.entries(each).map(([key, field]) => [replaced(key), visit(field)]),
    );
  };
  return visit(value) as P;
}

function wholeWord(text: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9])${escapeForPattern(text)}(?![A-Za-z0-9])`, "g");
}

const state = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          type: z.string(),
          outputs: z
            .object({ status: z.object({ chart: z.string(), version: z.string() }) })
            .optional()
            .catch(undefined),
        }),
      )
      .default([]),
  }),
});

/**
 * Returns the charts that a stack has deployed, with their versions.
 *
 * @param exported output of `pulumi stack export`.
 */
export function chartsIn(exported: unknown): Readonly<Record<string, string>> {
  const { data } = state.safeParse(exported);
  const charts: Record<string, string> = {};
  for (const { type, outputs } of data?.deployment.resources ?? []) {
    if (type !== RELEASE || outputs === undefined) continue;
    const { chart, version } = outputs.status;
    const known = charts[chart]?.split(", ") ?? [];
    charts[chart] = [...new Set([...known, version])].sort().join(", ");
  }
  return charts;
}
