import Ajv, { type ValidateFunction } from "ajv";
import { stackFileSchema } from "../../../docs/stack-file-schema";
import type { Sections } from "./make-config";

let validate: ValidateFunction | undefined;

/** Returns the problems that an editor with config/schema.json finds in a stack file, each with its place. */
export function findingsIn(file: unknown): string[] {
  validate ??= new Ajv({ allErrors: true, jsonPointers: true, strictKeywords: true }).compile(
    stackFileSchema(),
  );
  if (validate(file) === true) return [];
  // An error of `if` only says that it selected other schemas, which have their own errors.
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== "if");
  return errors.map(({ dataPath, message = "" }) => `${dataPath} ${message}`.trim());
}

/** Returns a stack file with these sections; a text is the JSON of a section, as programs receive it. */
export function stackFileOf(sections: Sections): object {
  const config = Object.entries(sections).map(([name, value]) => [
    `countersign:${name}`,
    typeof value === "string" ? parsed(value) : value,
  ]);
  return JSON.parse(JSON.stringify({ config: Object.fromEntries(config) as object })) as object;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Whether the message is about a problem of structure alone: keys, types, and fixed choices. */
export function isStructural(problem: string): boolean {
  return /is not a known|is missing; it must be|; must be (a|an|true or|one of|at (least|most)) |must have at /.test(
    problem,
  );
}
