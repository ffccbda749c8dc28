// @ts-check
"use strict";

/**
 * Leaves out of source maps what Pulumi notes for each of the promises that it makes for a resource
 * (@pulumi/pulumi 3.245, runtime/debuggable.js): a stack trace that only its hunt for leaks shows
 * (PULUMI_DEBUG_PROMISE_LEAKS). To look all of them up took a seventh of the program's time with 48 resources. All other
 * stack traces stay as they are.
 *
 * @param {NodeJS.ProcessEnv} [environment]
 */
exports.leavePromisesUnmapped = (environment = process.env) => {
  const { prepareStackTrace } = Error;
  if (prepareStackTrace === undefined || environment.PULUMI_DEBUG_PROMISE_LEAKS) return;
  Error.prepareStackTrace = (error, frames) =>
    frames[0]?.getFunctionName() === "debuggablePromise"
      ? String(error)
      : /** @type {unknown} */ (prepareStackTrace(error, frames));
};
