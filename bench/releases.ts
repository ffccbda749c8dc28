import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { concurrently } from "../command/concurrently";
import { consortium, members } from "../test/integration/example";
import type { Outputs } from "../test/integration/outputs";
import { TestStack } from "../test/integration/stack";
import { workbench } from "../test/integration/workbench";
import { row, seconds, measured } from "./figures";

const run = promisify(execFile);
const ORGANIZATIONS = 25;
/** Releases at a time, as many as the engine runs on two cores. */
const AT_ONCE = 8;

/** A release as Countersign deployed it. */
interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
}

/** Measures organizations with their releases in one stack, and Helm alone with the same charts and values. */
export async function measureReleases(): Promise<void> {
  const sections = consortium("bench-orgs", members(ORGANIZATIONS));
  const stack = await TestStack.create("bench-orgs", sections, { apart: true });
  const label = `${ORGANIZATIONS} organizations with releases`;
  const { up } = await measured(label, stack, ORGANIZATIONS);
  const { releases } = (await stack.values()) as { releases: Outputs["releases"] };
  const backends = Object.values(releases.organizations);
  const all = [
    { ...releases.orchestrator, chart: "charts/orchestrator" },
    ...backends.map((backend) => ({ ...backend, chart: "charts/substra-backend" })),
  ];
  for (const release of all) await saveValues(stack, release);
  await concurrently(all, AT_ONCE, (release) => helm(release, ["uninstall", release.name]));
  const [first, ...others] = all;
  const alone = await seconds(async () => {
    // Backends are ready only once the orchestrator is.
    if (first) await install(stack, first);
    await concurrently(others, AT_ONCE, (release) => install(stack, release));
  });
  row(`${label}: helm upgrade --install --wait (s)`, alone.toFixed(1));
  row(`${label}: first up, in times of Helm's`, (up / alone).toFixed(2));
  await concurrently(all, AT_ONCE, (release) => helm(release, ["uninstall", release.name]));
  await stack.run(["refresh", "--yes", "--skip-preview"]);
  await stack.destroy();
}

function fileOf({ directory }: TestStack, { namespace }: Release): string {
  return join(directory, `${namespace}.json`);
}

async function saveValues(stack: TestStack, release: Release): Promise<void> {
  const values = await helm(release, ["get", "values", release.name, "--output", "json"]);
  writeFileSync(fileOf(stack, release), values, { mode: 0o600 });
}

async function install(stack: TestStack, release: Release): Promise<void> {
  const chart = join(stack.directory, release.chart);
  const values = ["--values", fileOf(stack, release)];
  await helm(release, ["upgrade", "--install", "--wait", release.name, chart, ...values]);
}

async function helm({ namespace }: Release, args: readonly string[]): Promise<string> {
  const { environment } = await workbench();
  const options = { env: { ...process.env, ...environment }, maxBuffer: 1 << 26 };
  return (await run("helm", [...args, "--namespace", namespace], options)).stdout;
}
