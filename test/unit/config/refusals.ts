import assert from "node:assert/strict";
import { goodExcept, problemsOf } from "./make-config";

/** Changes to the good configuration at these paths, and the problems that they cause, as key and message. */
export type Refusal = readonly [
  title: string,
  changes: Readonly<Record<string, unknown>>,
  ...problems: string[],
];

/** Creates a test for each row: exactly these problems are found, in this order. */
export function refuses(table: readonly Refusal[]): void {
  for (const [title, changes, ...problems] of table)
    it(`refuses ${title}`, () => {
      assert.deepEqual(problemsOf(goodExcept(changes)), problems);
    });
}
