/** Examples of a certificate, of its fingerprint, and of a value as `pulumi config set --secret` writes it. */
export const PEM = "-----BEGIN CERTIFICATE-----\n…";
export const FINGERPRINT = "3f5a".repeat(16);
export const SECRET = { secure: "v1:…" };

/** In JSON Schema, a map of alternatives of which exactly one is written. */
export const EXACTLY_ONE = { minProperties: 1, maxProperties: 1 };

/** A value as Markdown shows it. */
export function code(value: string): string {
  return `\`${value}\``;
}

/**
 * Documentation of a key, as metadata of its schema: config/schema.json and docs/configuration.md are made of it (`make schema`).
 *
 * @param description is Markdown; a path such as `docs/operations.md` becomes a link.
 * @param example is needed for every key that has no keys of its own.
 * @param ifAbsent says what counts without the key, where the schema has no default.
 */
export function about(description: string, example?: unknown, ifAbsent?: string) {
  return {
    description,
    ...(example !== undefined && { examples: [example] }),
    ...(ifAbsent !== undefined && { ifAbsent }),
  };
}
