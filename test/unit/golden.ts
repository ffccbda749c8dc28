import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** With it set, what comes out is written down as what is expected: to be read in the diff. */
const REWRITE = "COUNTERSIGN_REWRITE_GOLDEN";

/** Compares a text with the file that is checked in for readers. */
export function expectGolden(file: string, text: string): void {
  if (process.env[REWRITE] !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  assert.equal(text, readFileSync(file, "utf8"), `${file}; ${REWRITE}=1 writes it anew`);
}
