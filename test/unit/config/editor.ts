import Ajv, { type ValidateFunction } from "ajv";
import { stackFileSchema } from "../../../docs/stack-file-schema";
import type { Sections } from "./make-config";

let validate: ValidateFunction | undefined;

/** Where an editor that knows config/schema.json finds something wrong in a stack file, and what. */
export function findingsIn(file: unknown): string[] {
  validate ??= new Ajv({ allErrors: true, jsonPointers: true, strictKeywords: true }).compile(
    stackFileSchema(),
  );
  if (validate(file) === true) return [];
  // Of `if`, all that is said is that it decided on other schemas, which have errors of their own.
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== "if");
  return errors.map(({ dataPath, message = "" }) => `${dataPath} ${message}`.trim());
}

/** A stack file with these sections; a text is the JSON of one, as programs are given it. */
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

/** Whether the message of a problem tells a mistake that shows in the structure alone: keys, types, and fixed choices. */
export function isStructural(problem: string): boolean {
  return /is not a known|is missing; it must be|; must be (a|an|true or|one of|at (least|most)) |must have at /.test(
    problem,
  );
}
