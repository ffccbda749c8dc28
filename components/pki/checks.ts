import { RunError } from "@pulumi/pulumi";

/**
 * Creates an error that the user can fix: Pulumi shows its message without a stack trace.
 *
 * The error has no stack at all. Pulumi formats the stack even if it does not show it, and on Node 20 that never ends
 * if it contains a path such as `node_modules/@pulumi/resource.ts`: each refusal would take 15 s.
 */
export function refusal(message: string): RunError {
  return Object.assign(new RunError(message), { stack: "" });
}

/** Runs a check whose failure the user can fix: Pulumi then shows its message instead of a stack trace. */
export function forUser<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof Error ? refusal(error.message) : error;
  }
}
