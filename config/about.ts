/** Examples of a certificate, of its fingerprint, and of a value as `pulumi config set --secret` writes it. */
export const PEM = "-----BEGIN CERTIFICATE-----\n…";
export const FINGERPRINT = "3f5a".repeat(16);
export const SECRET = { secure: "v1:…" };

/** A map of alternatives of which exactly one must be set, in JSON Schema. */
export const EXACTLY_ONE = { minProperties: 1, maxProperties: 1 };

/** Returns a value as Markdown code. */
export function code(value: string): string {
  return `\`${value}\``;
}

/**
 * Documentation of a key, as metadata of its schema: config/schema.json and docs/configuration.md are generated from it
 * (`make schema`).
 *
 * @param description is Markdown; a path such as `docs/operations.md` becomes a link.
 * @param example is needed for every key that has no keys of its own.
 * @param ifAbsent describes the value that applies without the key, if the schema has no default.
 */
export function about(description: string, example?: unknown, ifAbsent?: string) {
  return {
    description,
    ...(example !== undefined && { examples: [example] }),
    ...(ifAbsent !== undefined && { ifAbsent }),
  };
}
