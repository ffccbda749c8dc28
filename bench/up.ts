import { consortium } from "../test/integration/example";
import { TestStack } from "../test/integration/stack";
import { row, seconds } from "./figures";

/** Measures a complete deployment to an empty cluster, its repetition, and its removal. */
export async function measureUp(): Promise<void> {
  const stack = await TestStack.create("bench-up", consortium("bench-up"));
  row("up of dev (s; target: at most 30)", (await seconds(() => stack.up())).toFixed(1));
  row("up again, no change (s)", (await seconds(() => stack.up())).toFixed(1));
  row("destroy (s)", (await seconds(() => stack.destroy())).toFixed(1));
}
