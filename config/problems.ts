import type { z } from "zod";
import { quote } from "../x509";

/** One problem with the configuration. */
export interface Problem {
  /** The key as `pulumi config set --path` expects it, e.g. `organizations.MyOrg1MSP.hostname`. */
  readonly key: string;
  readonly message: string;
}

/**
 * Thrown if the stack's configuration cannot be used. The message lists every problem with its key, one on each line.
 */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(readonly problems: readonly Problem[]) {
    const lines = problems.map(({ key, message }) => `  countersign:${key}: ${message}`);
    super(
      [
        `The configuration has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}; nothing was changed:`,
        ...lines,
      ].join("\n"),
    );
  }
}

/** Plain names for the types of JSON. */
const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  boolean: "true or false",
  number: "a number",
  int: "a whole number",
  object: "a map",
  record: "a map",
  array: "a list",
};

/** Keys whose values are never shown. */
export const SECRET_KEYS: readonly (string | number)[] = [
  "key",
  "password",
  "storePassword",
  "trustStorePassword",
];

/**
 * Returns the problems that a schema found, worded for people instead of in a validator's terms.
 *
 * @param error the error of a parse with `reportInput`.
 */
export function problemsOf(section: string, error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const path = [section, ...issue.path.map((part) => (typeof part === "symbol" ? "" : part))];
    if (issue.code === "unrecognized_keys") {
      const message = `is not a known key; ${issue.message}`;
      return issue.keys.map((key) => ({ key: keyOf([...path, key]), message }));
    }
    const secret = SECRET_KEYS.includes(path.at(-1) ?? "");
    return [{ key: keyOf(path), message: wordingOf(issue, secret) }];
  });
}

function wordingOf(issue: z.core.$ZodIssue, secret: boolean): string {
  switch (issue.code) {
    case "invalid_type": {
      const wanted = `must be ${KINDS[issue.expected] ?? issue.expected}`;
      if (issue.input === undefined) return `is missing; it ${wanted}`;
      const hidden = secret || wanted.endsWith("map") || wanted.endsWith("list");
      return `found ${hidden ? kindOf(issue.input) : shown(issue.input)}; ${wanted}`;
    }
    case "invalid_value": {
      const wanted = `must be one of ${issue.values.map(String).join(", ")}`;
      return issue.input === undefined
        ? `is missing; it ${wanted}`
        : `found ${shown(issue.input)}; ${wanted}`;
    }
    case "too_small":
      return sizeWording(issue.input, "at least", Number(issue.minimum));
    case "too_big":
      return sizeWording(issue.input, "at most", Number(issue.maximum));
    case "invalid_key":
      return issue.issues[0]?.message ?? "is not a permitted name";
    default:
      return issue.message;
  }
}

function sizeWording(input: unknown, bound: string, limit: number): string {
  if (Array.isArray(input))
    return `must have ${bound} ${limit} ${limit === 1 ? "entry" : "entries"}`;
  if (typeof input !== "string") return `found ${shown(input)}; must be ${bound} ${limit}`;
  const unit = limit === 1 ? "character" : "characters";
  return `found a text of ${input.length} characters; must have ${bound} ${limit} ${unit}`;
}

/** Longest text shown: every private key is longer in any encoding. */
const LONGEST_SHOWN = 60;

/**
 * Returns a found value for a message, unless it looks like something that belongs in another, secret key: key
 * material, or a URL with a password.
 */
export function shown(value: unknown): string {
  if (typeof value === "boolean" || typeof value === "number") return String(value);
  if (typeof value !== "string") return kindOf(value);
  const harmless = value.replace(/\/\/[^/]*@/, "//***@");
  if (harmless.length > LONGEST_SHOWN || /[\r\n]|-----/.test(harmless)) return kindOf(value);
  return quote(harmless);
}

function kindOf(value: unknown): string {
  if (value === null) return "no value";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return `a text of ${value.length} characters`;
  return typeof value === "object" ? "a map" : `a ${typeof value}`;
}

/**
 * Returns problems with values that must differ, such as addresses: whoever has the value of an earlier one has a problem.
 *
 * @param of returns the value of an entry. @default - undefined for an entry without a value
 * @param complain creates the problem of an entry, whose value already belongs to `owner`.
 */
export function sharedValues<T extends { readonly name: string }>(
  entries: readonly T[],
  of: (entry: T) => string | number | undefined,
  complain: (entry: T, value: string | number, owner: string) => Problem,
): Problem[] {
  const owners = new Map<string | number, string>();
  return entries.flatMap((entry) => {
    const value = of(entry);
    if (value === undefined) return [];
    const owner = owners.get(value);
    owners.set(value, owner ?? entry.name);
    return owner === undefined ? [] : [complain(entry, value, owner)];
  });
}

/** Joins a path as Pulumi writes property paths: positions in brackets, and names with dots in brackets and quotes. */
export function keyOf(path: readonly (string | number)[]): string {
  return path
    .map((part, position) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^[A-Za-z_][\w-]*$/.test(part)) return `[${JSON.stringify(part)}]`;
      return position === 0 ? part : `.${part}`;
    })
    .join("");
}
