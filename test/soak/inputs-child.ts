import { openSync, writeSync } from "node:fs";

import fc from "fast-check";

import { judgeInput } from "./judge-input";
import { mutated } from "./mutations";
import { originals } from "./originals";

/** Number of inputs for one seed: so few that creating them is never mistaken for an input that hangs. */
const BATCH = 50;

/**
 * Tries the inputs from one number on, and writes each number to a file first: a process that has ended or hangs cannot
 * report itself which input caused it.
 */
function run(first: number, count: number, seed: number, progress: string): void {
  const file = openSync(progress, "r+");
  const arbitrary = mutated(originals());
  const totals = { taken: 0, refused: 0, faulty: 0, slowest: 0 };
  const faults: string[] = [];
  for (let batch = Math.floor(first / BATCH); batch * BATCH < count; batch++) {
    const inputs = fc.sample(arbitrary, { numRuns: BATCH, seed: seed + batch });
    for (const [place, input] of inputs.entries()) {
      const number = batch * BATCH + place;
      if (number < first || number >= count) continue;
      writeSync(file, String(number).padStart(12), 0);
      const start = performance.now();
      const judged = judgeInput(input);
      totals.slowest = Math.max(totals.slowest, performance.now() - start);
      totals.taken += judged.taken;
      totals.refused += judged.refused;
      if (judged.faults.length > 0) totals.faulty++;
      if (faults.length < 5)
        faults.push(...judged.faults.map((fault) => `input ${number}: ${fault}`));
    }
  }
  process.stdout.write(JSON.stringify({ ...totals, faults }));
}

const [first, count, seed] = process.argv.slice(2, 5).map(Number);
run(first ?? 0, count ?? 0, seed ?? 0, process.argv[5] ?? "");
