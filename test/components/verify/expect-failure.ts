import assert from "node:assert/strict";
import type { Check, CheckCode } from "../../../verify/check";
import type { Phase } from "../../../components/spinnaker/phase";

/** A change to one value in one of the objects, and the expected failure. */
export type Case = readonly [
  what: string,
  phase: Phase,
  path: readonly string[],
  value: unknown,
  code: CheckCode,
  message: RegExp,
];

/** Expects exactly one failure with this code for a service, with this message. */
export function expectFailure(
  failures: readonly Check[],
  party: string,
  code: CheckCode,
  message: RegExp,
): Check {
  const found = failures.filter((failure) => failure.party === party && failure.code === code);
  const [failure] = found;
  assert.ok(failure && found.length === 1, JSON.stringify(failures, null, 1));
  assert.equal(failure.severity, "error");
  assert.match(failure.message, message);
  assert.ok(failure.todo);
  return failure;
}
