import type { TestStack } from "../test/integration/stack";
import { median, row, seconds } from "./figures";
import { processorSeconds } from "./processors";

const PREVIEWS = 3;

/** Measures a first `up`, previews without a change, and what the state holds for each party. */
export async function measured(
  label: string,
  stack: TestStack,
  parties: number,
): Promise<{ readonly up: number; readonly preview: number }> {
  const succeeds = async (args: readonly string[]) => {
    const { failed, text } = await stack.run([...args, "--suppress-outputs"]);
    if (failed) throw new Error(text);
  };
  let parts: Readonly<Record<string, number>> = {};
  const up = await seconds(async () => {
    parts = await processorSeconds(() => succeeds(["up", "--yes", "--skip-preview"]));
  });
  const previews: number[] = [];
  for (let round = 0; round < PREVIEWS; round++) {
    previews.push(await seconds(() => succeeds(["preview", "--expect-no-changes"])));
  }
  const preview = median(previews);
  const state = await stack.state();
  const each = (value: number) => (value / parties).toFixed(1);
  row(`${label}: first up (s)`, up.toFixed(1));
  row(
    `${label}: its processor time (s)`,
    Object.entries(parts)
      .map(([part, time]) => `${part} ${time.toFixed(1)}`)
      .join(", "),
  );
  row(`${label}: preview without a change (s)`, preview.toFixed(1));
  row(
    `${label}: resources; state (KB) each`,
    `${each(state.resources.length)}; ${each(JSON.stringify(state).length / 1000)}`,
  );
  return { up, preview };
}
