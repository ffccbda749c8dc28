import { Resource } from "@pulumi/pulumi";

type Prepare = (error: Error, frames: NodeJS.CallSite[]) => unknown;

/** The function that leaves promises unmapped, if it is installed. */
let installed: Prepare | undefined;

/**
 * Skips source maps for the stack traces that Pulumi records for each promise of a resource (@pulumi/pulumi 3.245,
 * runtime/debuggable.js), which are only shown when it searches for leaks (PULUMI_DEBUG_PROMISE_LEAKS). Mapping all of
 * them took a seventh of the program's time with 48 resources. All other stack traces are mapped as before.
 */
export function leavePromisesUnmapped(environment: NodeJS.ProcessEnv = process.env): void {
  const { prepareStackTrace } = Error as { prepareStackTrace?: Prepare };
  if (prepareStackTrace === undefined || prepareStackTrace === installed) return;
  if (environment.PULUMI_DEBUG_PROMISE_LEAKS) return;
  installed = (error, frames) =>
    frames[0]?.getFunctionName() === "debuggablePromise"
      ? String(error)
      : prepareStackTrace(error, frames);
  Error.prepareStackTrace = installed;
}

/**
 * Keeps the stack traces of resources out of the state (@pulumi/pulumi 3.245, resource.js): a kilobyte for each
 * resource, written again after every step of an update, on lines of this program that nobody changes.
 */
export function leaveResourcesUntraced(): void {
  const traced = Resource as unknown as { stackTrace: () => readonly unknown[] };
  traced.stackTrace = () => [];
}
