import { consortium, members } from "../test/integration/example";
import { TestStack } from "../test/integration/stack";
import { row, seconds } from "./figures";

/** Measures a complete deployment to an empty cluster, its repetition, and its removal. */
export async function measureUp(): Promise<void> {
  const stack = await TestStack.create("bench-up", consortium("bench-up"));
  row("up of dev (s; target: at most 30)", (await seconds(() => stack.up())).toFixed(1));
  row("up again, no change (s)", (await seconds(() => stack.up())).toFixed(1));
  row("destroy (s)", (await seconds(() => stack.destroy())).toFixed(1));
}

const SIZES = [2, 8, 16];

/** Measures how a deployment grows with its organizations: seconds and bytes of state for each additional one. */
export async function measureGrowth(): Promise<void> {
  const measured: { size: number; up: number; preview: number; state: number }[] = [];
  for (const size of SIZES) {
    const name = `bench-${size}`;
    const stack = await TestStack.create(name, consortium(name, members(size)));
    const up = await seconds(() => stack.up());
    const preview = await seconds(() => stack.assertSettled());
    const state = JSON.stringify(await stack.state()).length;
    await stack.destroy();
    measured.push({ size, up, preview, state });
    const each = (value: number) => (value / size).toFixed(2);
    row(`${size} organizations: up (s; s for each)`, `${up.toFixed(1)}; ${each(up)}`);
    row(
      `${size} organizations: preview (s; s for each)`,
      `${preview.toFixed(1)}; ${each(preview)}`,
    );
    row(`${size} organizations: state (KB for each)`, (state / 1024 / size).toFixed(0));
  }
  for (const [position, { size, up, preview }] of measured.slice(1).entries()) {
    const before = measured[position];
    if (!before) continue;
    const marginal = (now: number, then: number) =>
      ((now - then) / (size - before.size)).toFixed(2);
    row(
      `from ${before.size} to ${size}: s for each additional one`,
      `up ${marginal(up, before.up)}, preview ${marginal(preview, before.preview)}`,
    );
  }
}
