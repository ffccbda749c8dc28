import assert from "node:assert/strict";
import { goodExcept, problemsOf } from "./make-config";

/** What is wrong with the good configuration once these paths are changed: key and message. */
export type Refusal = readonly [
  title: string,
  changes: Readonly<Record<string, unknown>>,
  ...problems: string[],
];

/** Makes a test of each row: exactly these problems are found, in this order. */
export function refuses(table: readonly Refusal[]): void {
  for (const [title, changes, ...problems] of table)
    it(`refuses ${title}`, () => {
      assert.deepEqual(problemsOf(goodExcept(changes)), problems);
    });
}
