import { runtime, type Output } from "@pulumi/pulumi";
import { refusal } from "./refusal";

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

/** Runs a check whose failure the user can fix: Pulumi then shows its message instead of a stack trace. */
export function forUser<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof Error ? refusal(error.message) : error;
  }
}
