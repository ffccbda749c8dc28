import type { TestStack } from "../test/integration/stack";
import { existsSync, readFileSync, readdirSync } from "node:fs";

/** Returns the seconds that an action takes. */
export async function seconds(action: () => Promise<unknown>): Promise<number> {
  const started = process.hrtime.bigint();
  await action();
  return Number(process.hrtime.bigint() - started) / 1e9;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] =
    sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1);
  return (low + high) / 2;
}

/** Returns the median, the smallest and the largest value, as in "1.23 (1.10 to 1.50)". */
export function spread(values: readonly number[]): string {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(2)} (${least.toFixed(2)} to ${greatest.toFixed(2)})`;
}

export function row(label: string, text: string): void {
  process.stdout.write(`  ${label.padEnd(44)} ${text}\n`);
}

/** Clock ticks of /proc/<pid>/stat in a second; 100 on every usual Linux. */
const TICKS = 100;
const SAMPLE_MS = 100;

/** Parts of the work of an update, by the names of their processes, of which Linux keeps 15 characters. */
const PARTS: Readonly<Record<string, string>> = {
  pulumi: "engine",
  node: "program",
  "pulumi-language": "program",
  "pulumi-resource": "providers",
};

/** Returns the processor seconds of each part while an action runs; empty without /proc. */
async function processorSeconds(
  action: () => Promise<unknown>,
): Promise<Readonly<Record<string, number>>> {
  const before = times();
  const last = new Map<number, Sample>();
  const sample = () => times().forEach((each, pid) => last.set(pid, each));
  const timer = setInterval(sample, SAMPLE_MS);
  try {
    await action();
  } finally {
    clearInterval(timer);
    sample();
  }
  const sums: Record<string, number> = {};
  for (const [pid, { part, ticks }] of last) {
    sums[part] = (sums[part] ?? 0) + (ticks - (before.get(pid)?.ticks ?? 0)) / TICKS;
  }
  return sums;
}

interface Sample {
  readonly part: string;
  readonly ticks: number;
}

/** The processor times of all processes that this one started, directly or not, by process id. */
function times(): Map<number, Sample> {
  const all = new Map(
    listed("/proc").flatMap((entry) => {
      const found = /^\d+$/.test(entry) ? statOf(entry) : undefined;
      return found ? [[Number(entry), found] as const] : [];
    }),
  );
  const isOurs = (pid: number): boolean => {
    const parent = all.get(pid)?.parent ?? 0;
    return parent === process.pid || (parent > 1 && isOurs(parent));
  };
  return new Map(
    [...all].flatMap(([pid, { name, ticks }]) => {
      const part = PARTS[name];
      return part !== undefined && isOurs(pid) ? [[pid, { part, ticks }] as const] : [];
    }),
  );
}

/** Name, parent and processor time (user and system) of a process; undefined if it has ended (man 5 proc). */
function statOf(pid: string) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const name = text.slice(text.indexOf("(") + 1, text.lastIndexOf(")"));
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { name, parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined;
  }
}

function listed(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

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
