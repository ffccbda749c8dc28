import { existsSync, readFileSync, readdirSync } from "node:fs";

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
export async function processorSeconds(
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
