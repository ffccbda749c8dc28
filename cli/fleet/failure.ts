import { CannotCheck } from "../../command/failure";

/** The fleet was not started: the message says what is wrong and what to do. Exit status 2. */
export class CannotStart extends CannotCheck {}

/** A pass of a stack failed. The lines are what a person has to know of it; the whole story is in the stack's log. */
export class PassFailed extends Error {
  override readonly name = "PassFailed";

  constructor(readonly lines: readonly string[]) {
    super(lines.join("\n"));
  }
}
