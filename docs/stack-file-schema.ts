import { z } from "zod";
import { sectionsOf } from "../config";
import { COMMANDS } from "../systems/commands";

export type Schema = z.core.JSONSchema.JSONSchema;

/** Words that check nothing, but say something of a value. */
const ANNOTATIONS = ["title", "description", "default", "examples"];

const SECURE: Schema = { $ref: "#/definitions/secure" };

/** JSON Schema of the sections, with `ifAbsent` (config/about.ts) where a key has no default. */
export function sectionsSchema(adapt: (schema: Schema, path: Path) => void = () => undefined) {
  return z.toJSONSchema(z.strictObject(sectionsOf(COMMANDS)), {
    target: "draft-07",
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema, path }) => {
      // zod leaves out the examples of what it transforms.
      const examples = z.globalRegistry.get(zodSchema)?.examples;
      if (examples !== undefined) jsonSchema.examples = examples as unknown[];
      adapt(jsonSchema, path);
    },
  });
}

type Path = readonly (string | number)[];

/** JSON Schema of a whole Pulumi.<stack>.yaml, in which every text may be a secret, and every section too. */
export function stackFileSchema(): Schema {
  const { $schema, properties = {} } = sectionsSchema((schema, path) => {
    sayDefault(schema);
    if (path.at(-1) !== "propertyNames") allowSecret(schema);
  });
  const sections = Object.entries(properties).map(([name, section]) => [
    `countersign:${name}`,
    { if: SECURE, else: section },
  ]);
  const text = { type: "string" };
  return {
    ...($schema && { $schema }),
    $comment: "Pulumi.<stack>.yaml of Countersign; written by `make schema`",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(sections) as Record<string, Schema>,
        patternProperties: { "^(?!countersign:)[^:]+:": true },
        additionalProperties: false,
      },
      ...{ encryptionsalt: text, encryptedkey: text, secretsprovider: text, environment: true },
    },
    additionalProperties: false,
    definitions: {
      secure: {
        $comment: "As `pulumi config set --secret --path` writes it",
        type: "object",
        properties: { secure: text },
        required: ["secure"],
        additionalProperties: false,
      },
    },
  } as Schema;
}

/** Puts what counts without a key into its description, where editors show it. */
function sayDefault(schema: Schema): void {
  const { ifAbsent, description = "" } = schema;
  if (typeof ifAbsent !== "string") return;
  schema.description = `${description}. Default: ${ifAbsent}`;
  delete schema.ifAbsent;
}

function allowSecret(schema: Schema): void {
  if (schema.type !== "string" || schema.enum || schema.const !== undefined) return;
  const checks = Object.entries(schema).filter(([word]) => !ANNOTATIONS.includes(word));
  for (const [word] of checks) Reflect.deleteProperty(schema, word);
  schema.anyOf = [Object.fromEntries(checks), SECURE];
}
