import assert from "node:assert/strict";
import fc from "fast-check";
import { judgeInput } from "../../soak/judge-input";
import { mutated } from "../../soak/mutations";
import { originals } from "../../soak/originals";

describe("a changed request, certificate or key", () => {
  // `make soak` does the same with a hundred thousand inputs, in a process whose crash would be noticed.
  it("crashes no process and is refused with one of our errors, in printable text", () => {
    fc.assert(
      fc.property(mutated(originals()), (input) => {
        assert.deepEqual(judgeInput(input).faults, []);
      }),
      { numRuns: 200 },
    );
  });
});
