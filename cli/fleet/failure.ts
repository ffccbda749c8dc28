import { CannotCheck } from "../../command/failure";
import type { Check } from "../../verify/check";

/** Thrown if the fleet was not started: the message says what is wrong and what to do. Exit status 2. */
export class CannotStart extends CannotCheck {}

/** Thrown if a pass of a stack failed. It contains the lines that people need; the stack's log has all of them. */
export class PassFailed extends Error {
  override readonly name = "PassFailed";

  constructor(readonly lines: readonly string[]) {
    super(lines.join("\n"));
  }
}

/** Thrown if what a stack deployed does not hold. */
export class DoesNotHold extends PassFailed {
  /** @param failed the checks that fail. */
  constructor(
    lines: readonly string[],
    readonly failed: readonly Check[],
  ) {
    super(lines);
  }
}
