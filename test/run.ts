import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import Mocha from "mocha";
import { ensureToolchain } from "../toolchain";
import { tryPostgres } from "./backends/debian";
import { shareWorkbench, stopWorkbench } from "./integration/workbench";
import { leaveMake } from "./leave-make";
import { keepProgramsWarm } from "./programs";

leaveMake();

interface Result {
  readonly passed: number;
  /** The failures with their reasons. They are repeated at the end, where people look first. */
  readonly failures: readonly string[];
  readonly skipped: number;
}

const LINTERS: readonly (readonly string[])[] = [
  ["tsc", "--noEmit", "--project", "."],
  ["eslint", "."],
  ["prettier", "--check", "--log-level", "warn", "."],
];

/** The parts of the test suite in the order in which they run: those that fail fastest come first. */
const PARTS: Readonly<Record<string, () => Promise<Result>>> = {
  lint,
  unit: () => mocha("test/unit", 60_000, 2),
  components: () => mocha("test/components", 60_000, 2),
  package: () => mocha("test/package", 600_000),
  integration: () => onWorkbench("test/integration"),
  interop: () => onWorkbench("test/interop"),
  real: () => mocha("test/real", 600_000),
};

/** Runs all linters at the same time; the output of each is printed when it has ended. */
async function lint(): Promise<Result> {
  const failures = await Promise.all(
    LINTERS.map(async ([command = "", ...args]) => {
      const child = spawn(`node_modules/.bin/${command}`, args, {
        stdio: ["ignore", "pipe", "pipe"],
      });
      const [out, err] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, "close"),
      ]);
      process.stdout.write(`${command} ${args.join(" ")}\n${out}${err}`);
      return child.exitCode === 0 ? [] : [`${command}: see above`];
    }),
  );
  const failed = failures.flat();
  return { passed: LINTERS.length - failed.length, failures: failed, skipped: 0 };
}

/** Runs four files at a time: they do not depend on one another, and each spends half of its time waiting. */
async function onWorkbench(folder: string): Promise<Result> {
  await shareWorkbench();
  keepProgramsWarm();
  return mocha(folder, 900_000, 4);
}

/**
 * @param jobs the number of files that run at a time; if several, each in its own process, and reported when it has
 * ended
 */
async function mocha(folder: string, timeout: number, jobs = 1): Promise<Result> {
  const parallel = jobs > 1;
  const runner = new Mocha({
    timeout,
    forbidOnly: true,
    color: process.stdout.isTTY,
    parallel,
    jobs,
  });
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".test.ts")).sort(longestFirst)) {
    runner.addFile(join(folder, file));
  }
  if (!parallel) await runner.loadFilesAsync();
  const failures: string[] = [];
  return new Promise((resolve) => {
    const running = runner.run(() => {
      const { passes = 0, pending = 0 } = running.stats ?? {};
      resolve({ passed: passes, failures, skipped: pending });
    });
    running.on("fail", (test, error: unknown) => {
      const name = test.titlePath().join(" > ");
      failures.push(`${test.file ?? folder}: ${name}\n${indent(shorten(messageOf(error)))}`);
    });
  });
}

/** The files that take minutes, longest first: if one of them started last, everything would wait for it. */
const LONG = ["orders.test.ts", "missing-input.test.ts", "local-control-plane.test.ts"];

function longestFirst(one: string, other: string): number {
  const rank = (file: string) => (LONG.includes(file) ? LONG.indexOf(file) : LONG.length);
  return rank(one) - rank(other) || one.localeCompare(other);
}

/** Returns an error's message. Errors from other processes are not instances of this process's Error. */
function messageOf(error: unknown): string {
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === "string" ? message : String(error);
}

const LONGEST_REASON = 600;

function shorten(text: string): string {
  return text.length > LONGEST_REASON ? `${text.slice(0, LONGEST_REASON)} …` : text;
}

function indent(text: string): string {
  return text.replace(/^/gm, "    ");
}

async function main(parts: readonly string[]): Promise<void> {
  const unknown = parts.filter((part) => !(part in PARTS));
  if (unknown.length > 0) {
    throw new Error(
      `there is no part ${unknown.join(", ")}; choose from ${Object.keys(PARTS).join(", ")}`,
    );
  }
  // The tools are there before any test's timeout starts.
  if (parts.some((part) => ["integration", "interop", "real"].includes(part)))
    await ensureToolchain(["pulumi", "cluster", "test"]);
  if (parts.includes("integration")) tryPostgres();
  const results: Result[] = [];
  try {
    for (const part of Object.keys(PARTS).filter((each) => parts.includes(each))) {
      process.stdout.write(`\n=== ${part}\n`);
      results.push(await (PARTS[part] as () => Promise<Result>)());
    }
  } finally {
    await stopWorkbench();
  }
  const sum = (of: "passed" | "skipped") =>
    results.reduce((total, result) => total + result[of], 0);
  const failures = results.flatMap((result) => result.failures);
  const skipped = sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : "";
  for (const failure of failures) process.stdout.write(`\nfailed: ${failure}\n`);
  process.stdout.write(`\n${sum("passed")} passed, ${failures.length} failed${skipped}\n`);
  process.exitCode = failures.length > 0 || sum("passed") === 0 ? 1 : 0;
}

// The handler stays: Mocha sends a second signal when it has ended its processes.
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (!interrupted) void stopWorkbench().finally(() => process.exit(130));
    interrupted = true;
  });
}

main(process.argv.slice(2))
  .catch((error: unknown) => {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 1;
  })
  // A socket that a failed test left open must not hold up the end.
  .finally(() => process.exit());
