import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** No input may take longer than this, even on a busy machine. */
const LIMIT_MS = 60_000;
/** A program that crashes at every input does not have to be tried a hundred thousand times. */
const MOST_ENDS = 20;

interface Totals {
  readonly taken: number;
  readonly refused: number;
  readonly faulty: number;
  /** Milliseconds. */
  readonly slowest: number;
  readonly faults: readonly string[];
}

/** The way in which a process ended: with its totals, or at an input. */
type End = { readonly totals: Totals } | { readonly at: number; readonly why: string };

/**
 * Passes mutations of real requests, certificates and keys to every door, in a process that is watched for crashes.
 *
 * @param seed the same seed creates the same inputs.
 * @returns lines of figures; the last one says whether all is well
 */
export async function inputs(count: number, seed: number): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-inputs-"));
  const progress = join(folder, "progress");
  const ends: string[] = [];
  const all: Totals[] = [];
  try {
    for (let first = 0; first < count && ends.length < MOST_ENDS;) {
      writeFileSync(progress, String(first).padStart(12));
      const end = await judgeFrom(first, count, seed, progress);
      if ("totals" in end) {
        all.push(end.totals);
        break;
      }
      ends.push(`input ${end.at}: ${end.why}`);
      first = end.at + 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const sum = (of: (totals: Totals) => number) => all.reduce((total, each) => total + of(each), 0);
  const faulty = sum(({ faulty: number }) => number);
  const isWhole = all.length > 0 && ends.length === 0 && faulty === 0;
  return [
    `inputs: ${count} mutations of requests, certificates and keys (seed ${seed})`,
    `  ${ends.length} ended the process or hung; ${faulty} caused an unexpected error or unprintable text`,
    `  at the doors, ${sum(({ taken }) => taken)} accepted, ${sum(({ refused }) => refused)} refused; slowest input ${Math.round(Math.max(0, ...all.map(({ slowest }) => slowest)))} ms`,
    ...[...ends, ...all.flatMap(({ faults }) => faults)].map((line) => `  ${line}`),
    isWhole ? "inputs: well" : "inputs: NOT WELL",
  ];
}

async function judgeFrom(
  first: number,
  count: number,
  seed: number,
  progress: string,
): Promise<End> {
  const child = spawn(
    process.execPath,
    [
      "--import",
      "tsx",
      join(__dirname, "inputs-child.ts"),
      ...[first, count, seed].map(String),
      progress,
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const watched = { hung: false };
  const watch = watchProgress(progress, () => {
    watched.hung = true;
    child.kill("SIGKILL");
  });
  const [out, err] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  clearInterval(watch);
  if (child.exitCode === 0) return { totals: JSON.parse(out) as Totals };
  const how = watched.hung
    ? `took more than ${LIMIT_MS / 1000} s`
    : `ended with ${child.signalCode ?? child.exitCode ?? "?"}: ${err.trim().slice(0, 400)}`;
  return { at: Number(readFileSync(progress, "utf8")), why: how };
}

function watchProgress(progress: string, onHang: () => void): NodeJS.Timeout {
  let last = "";
  let since = Date.now();
  return setInterval(() => {
    const now = readFileSync(progress, "utf8");
    if (now !== last) [last, since] = [now, Date.now()];
    else if (Date.now() - since > LIMIT_MS) onHang();
  }, 1000);
}
