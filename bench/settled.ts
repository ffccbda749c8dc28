import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { TestStack } from "../test/integration/stack";
import { row, seconds, spread } from "./figures";

const run = promisify(execFile);
const ROUNDS = 5;
const COMMAND = resolve(__dirname, "..", "cli", "countersign.cjs");

/** Measures a deployed stack: a preview that finds nothing to do, and a verification. */
export async function measureSettled(stack: TestStack, label: string): Promise<void> {
  const outputs = join(stack.directory, "outputs.json");
  const { stdout } = await stack.run(["stack", "output", "--json"]);
  writeFileSync(outputs, stdout);
  const previews: number[] = [];
  const verifications: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const preview = await seconds(() => stack.assertSettled());
    const verification = await seconds(() =>
      run(process.execPath, [COMMAND, "verify", "--outputs", outputs], {
        env: { ...process.env, ...stack.environment },
      }),
    );
    if (round === 0) continue; // warms caches
    previews.push(preview);
    verifications.push(verification);
  }
  row(`${label}, preview without a change (s)`, spread(previews));
  row(`${label}, countersign verify (s)`, spread(verifications));
}
