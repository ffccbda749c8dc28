import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { stringify } from "yaml";
import { code } from "../config/about";
import { replaceBetween } from "./generated-part";
import { sectionsSchema, stackFileSchema, type Schema } from "./stack-file-schema";

/** The page with every key, and the JSON Schema of stack files. */
export const PAGE = join(__dirname, "configuration.md");
export const SCHEMA = join(__dirname, "..", "config", "schema.json");

/** The page with a table of keys for each section. */
export function withKeys(page: string): string {
  const tables = Object.entries(sectionsSchema().properties ?? {}).flatMap(([name, section]) => [
    `## ${name}`,
    `${linked((section as Schema).description ?? "")}.`,
    [
      "| key | type | default | meaning | example |",
      "|---|---|---|---|---|",
      ...rowsOf(name, section as Schema),
    ].join("\n"),
  ]);
  return replaceBetween(page, "keys", tables.join("\n\n"));
}

/** A row for each key in a schema; for one without keys, its own. */
function rowsOf(path: string, schema: Schema): string[] {
  const { properties, required = [], additionalProperties: values, propertyNames } = schema;
  if (properties !== undefined && Object.keys(properties).length > 0)
    return Object.entries(properties).flatMap(([key, each]) => {
      const part = each as Schema;
      const own = `${path}.${key}`;
      const isMap = part.type === "object" && hasKeys(part);
      return [row(own, part, required.includes(key)), ...(isMap ? rowsOf(own, part) : [])];
    });
  if (typeof values === "object" && hasKeys(values)) {
    const name = (propertyNames as Schema | undefined)?.title ?? "name";
    return rowsOf(`${path}.<${name}>`, values);
  }
  return [row(path, schema, false)];
}

/** Whether a value has keys that we name. */
function hasKeys({ properties, additionalProperties: values }: Schema): boolean {
  if (properties !== undefined) return Object.keys(properties).length > 0;
  return typeof values === "object" && hasKeys(values);
}

function row(path: string, schema: Schema, required: boolean): string {
  const [example] = schema.examples ?? [];
  const cells = [
    code(path),
    typeOf(schema),
    required ? "required" : defaultOf(schema),
    linked(schema.description ?? ""),
    example === undefined ? "" : code(flow(example)),
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function typeOf(schema: Schema): string {
  const { title, type, enum: choices, const: only, anyOf, items } = schema;
  if (title !== undefined) return title;
  if (choices) return choices.map((choice) => code(flow(choice))).join(", ");
  if (only !== undefined) return code(flow(only));
  if (anyOf) return anyOf.map((part) => typeOf(part)).join(" or ");
  if (type === "array") return `list: ${typeOf(items as Schema)}`;
  return TYPES[String(type)] ?? "any value";
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  boolean: "`true`, `false`",
  integer: "whole number",
  object: "map",
};

function defaultOf({ default: value, ifAbsent, properties }: Schema): string {
  if (typeof ifAbsent === "string") return ifAbsent;
  if (properties) return ""; // its keys have theirs
  const isNothing = value === undefined || ["[]", "{}"].includes(JSON.stringify(value));
  return isNothing ? "none" : code(flow(value));
}

/** A value as it stands in a stack file, on one line. */
function flow(value: unknown): string {
  const text = stringify(value, {
    ...{ collectionStyle: "flow", flowCollectionPadding: false, blockQuote: false, lineWidth: 0 },
  });
  return text.trim();
}

/** Text with links to the pages that it names. */
function linked(text: string): string {
  return text.replace(/docs\/([\w-]+\.md(#[\w-]+)?)/g, "[more]($1)");
}

/** The JSON Schema as it stands in its file. */
export async function schemaText(): Promise<string> {
  const style = await resolveConfig(SCHEMA);
  return format(JSON.stringify(stackFileSchema()), { ...style, parser: "json" });
}

if (require.main === module) {
  writeFileSync(PAGE, withKeys(readFileSync(PAGE, "utf8")));
  void schemaText().then((text) => writeFileSync(SCHEMA, text));
}
