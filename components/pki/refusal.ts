import { RunError } from "@pulumi/pulumi";

/**
 * An error that is the user's to mend: Pulumi shows its message without a stack trace.
 *
 * It has no stack at all. Pulumi formats that even where it does not show it, and Node 20 never comes to an end with
 * a path such as `node_modules/@pulumi/resource.ts` in it: each refusal would take 15 s.
 */
export function refusal(message: string): RunError {
  return Object.assign(new RunError(message), { stack: "" });
}
