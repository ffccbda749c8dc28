import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Environment variable with which the actual text replaces the expected one, for review in the diff. */
const REWRITE = "COUNTERSIGN_REWRITE_GOLDEN";

/** Compares a text with a checked-in file. */
export function expectGolden(file: string, text: string): void {
  if (process.env[REWRITE] !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  assert.equal(text, readFileSync(file, "utf8"), `${file}; ${REWRITE}=1 rewrites it`);
}
