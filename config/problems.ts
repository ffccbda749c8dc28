import type { z } from "zod";

/** One thing that is wrong with the configuration. */
export interface Problem {
  /** The key as `pulumi config set --path` takes it, e.g. `organizations.MyOrg1MSP.hostname`. */
  readonly key: string;
  readonly message: string;
}

/** The stack's configuration cannot be used. The message lists every problem, one a line, with its key. */
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

/** The problems that a schema found, with the wording of people rather than of a validator. */
export function problemsOf(section: string, error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const path = issue.path.map(String);
    const at = (...further: string[]) => keyOf([section, ...path, ...further]);
    switch (issue.code) {
      case "unrecognized_keys":
        return issue.keys.map((key) => ({
          key: at(key),
          message: "is not a known key; check its spelling",
        }));
      case "invalid_key":
        return [{ key: at(), message: issue.issues[0]?.message ?? "is not a permitted name" }];
      case "invalid_type":
        return issue.message.endsWith("received undefined")
          ? [{ key: at(), message: "is missing" }]
          : [{ key: at(), message: lowerFirst(issue.message.replace("Invalid input: ", "")) }];
      case "invalid_value":
        return [{ key: at(), message: `must be one of ${issue.values.map(String).join(", ")}` }];
      default:
        return [{ key: at(), message: lowerFirst(issue.message) }];
    }
  });
}

/** Joins a path as Pulumi writes property paths: names with dots in brackets and quotes. */
export function keyOf(path: readonly string[]): string {
  return path
    .map((name, position) => {
      if (/^\d+$/.test(name)) return `[${name}]`;
      if (!/^[\w-]+$/.test(name)) return `[${JSON.stringify(name)}]`;
      return position === 0 ? name : `.${name}`;
    })
    .join("");
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
