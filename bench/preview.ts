import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { consortium, members } from "../test/integration/example";
import { TestStack } from "../test/integration/stack";
import { workbench } from "../test/integration/workbench";
import { row, seconds, spread } from "./figures";

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

const run = promisify(execFile);
const ROUNDS = 7;

/** Compares a preview with previews of empty programs; the three take turns, and each round gives a ratio. */
export async function measurePreview(): Promise<void> {
  const stack = await TestStack.create("bench-preview", consortium("bench-preview"));
  await stack.up();
  const contenders = {
    ours: () => preview(stack.directory, stack.name, stack.environment),
    typescript: await emptyProgram("typescript", stack.environment),
    javascript: await emptyProgram("javascript", stack.environment),
  };
  const times: Record<keyof typeof contenders, number[]> = {
    ours: [],
    typescript: [],
    javascript: [],
  };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of Object.keys(contenders) as (keyof typeof contenders)[]) {
      const time = await seconds(contenders[name]);
      if (round > 0) times[name].push(time); // the first round warms caches
    }
  }
  await stack.destroy();

  const ratio = (empty: readonly number[]) =>
    spread(times.ours.map((time, round) => time / (empty[round] ?? NaN)));
  row("dev, no change (s)", spread(times.ours));
  row("empty program, TypeScript by ts-node (s)", spread(times.typescript));
  row("empty program, JavaScript (s)", spread(times.javascript));
  row("ratio to TypeScript (target: at most 2)", ratio(times.typescript));
  row("ratio to JavaScript", ratio(times.javascript));
}

type Environment = Readonly<Record<string, string>>;

function preview(cwd: string, stack: string, environment: Environment): Promise<unknown> {
  const args = ["preview", "--stack", stack, "--non-interactive", "--expect-no-changes"];
  return run("pulumi", args, { cwd, env: { ...process.env, ...environment } });
}

/** Creates a program that does nothing, like `pulumi new`. @returns a function that previews it. */
async function emptyProgram(language: "typescript" | "javascript", environment: Environment) {
  const { directory } = await workbench();
  const cwd = join(directory, `empty-${language}`);
  mkdirSync(cwd);
  symlinkSync(resolve(__dirname, "..", "node_modules"), join(cwd, "node_modules"));
  const entry = language === "typescript" ? "index.ts" : "index.js";
  writeFileSync(join(cwd, "Pulumi.yaml"), `name: empty-${language}\nruntime: nodejs\n`);
  writeFileSync(
    join(cwd, "package.json"),
    JSON.stringify({ name: "empty", main: entry, dependencies: { "@pulumi/pulumi": "*" } }),
  );
  writeFileSync(
    join(cwd, entry),
    language === "typescript"
      ? 'import * as pulumi from "@pulumi/pulumi";\nvoid pulumi;\n'
      : 'require("@pulumi/pulumi");\n',
  );
  writeFileSync(
    join(cwd, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        target: "es2020",
        module: "commonjs",
        moduleResolution: "node",
        skipLibCheck: true,
      },
    }),
  );
  const env = { ...process.env, ...environment };
  const stack = `bench-empty-${language}`;
  await run("pulumi", ["stack", "init", stack], { cwd, env });
  await run("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", stack], {
    cwd,
    env,
  });
  return () => preview(cwd, stack, environment);
}
