/** Thrown if nothing could be checked: the message says what is missing and what to do. Exit status 2. */
export class CannotCheck extends Error {
  override readonly name = "CannotCheck";
}

/** Returns the message of anything thrown. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node gives refused connections to several addresses an empty message, and the reason in the code.
  return error.message || ((error as NodeJS.ErrnoException).code ?? error.name);
}
