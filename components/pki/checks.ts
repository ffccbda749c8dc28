import { RunError, runtime, type Output } from "@pulumi/pulumi";

/**
 * Creates an error that the user can fix: Pulumi shows its message without a stack trace.
 *
 * The error has no stack at all. Pulumi formats the stack even if it does not show it, and on Node 20 that never ends
 * if it contains a path such as `node_modules/@pulumi/resource.ts`: each refusal would take 15 s.
 */
export function refusal(message: string): RunError {
  return Object.assign(new RunError(message), { stack: "" });
}

/**
 * Whether a preview found that a resource will be created or replaced: in that case, an output that is decided on
 * creation is unknown.
 *
 * Outputs have carried this since the first SDK, but not in their public type: `apply` hides unknowns on purpose.
 */
export async function willBeMade(decidedByMaking: Output<unknown>): Promise<boolean> {
  const { isKnown } = decidedByMaking as unknown as { readonly isKnown: Promise<boolean> };
  return runtime.isDryRun() && !(await isKnown);
}

/**
 * Returns the value of an output for a check only: what is checked does not depend on it, as far as Pulumi records.
 *
 * @returns undefined if a preview does not know it.
 */
export async function valueForCheck<T>(value: Output<T>): Promise<T | undefined> {
  const { isKnown, promise } = value as unknown as {
    readonly isKnown: Promise<boolean>;
    readonly promise: () => Promise<T>;
  };
  return (await isKnown) ? promise.call(value) : undefined;
}

/** Runs a check whose failure the user can fix: Pulumi then shows its message instead of a stack trace. */
export function forUser<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof Error ? refusal(error.message) : error;
  }
}
