import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import type { TestStack } from "../integration/stack";
import { nearlyExpire } from "../integration/time";

const command = resolve(__dirname, "..", "..", "cli", "countersign.cjs");

/** Fails unless all checks of `countersign verify` hold for a stack's deployment. */
export async function assertVerified(stack: TestStack): Promise<void> {
  const args = [command, "verify", "--stack", stack.name, "--all"];
  const options = { cwd: stack.directory, env: { ...process.env, ...stack.environment } };
  const text = await new Promise<string>((done) => {
    execFile(process.execPath, args, options, (_error, stdout, stderr) => done(stderr + stdout));
  });
  assert.match(text, /\d+ checks: all hold\.\n$/);
  assert.doesNotMatch(text, /^ *[×!]/m);
}

/** Renews a certificate, which must cause exactly these changes in one `up`, and leave everything verified. */
export async function assertRenews(
  stack: TestStack,
  certificate: string,
  expected: readonly string[],
): Promise<void> {
  await nearlyExpire(stack, certificate);
  assert.deepEqual(await stack.preview(), expected);
  assert.deepEqual((await stack.up()).changes, expected);
  await stack.assertSettled();
  await assertVerified(stack);
}
