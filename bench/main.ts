import { execFile } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { ensureToolchain } from "../toolchain";
import { stopWorkbench } from "../test/integration/workbench";
import { measureChoreoConnect, measureSpinnaker } from "./systems";
import { measureFleet, measureLargeFleet } from "./fleet";
import { measureGrowth, measureUp, measurePreview } from "./preview";
import { measureReleases } from "./releases";
import { measureReport } from "./report";
import { measureBackends, measureEnrollments } from "./scale";
import { measureServices } from "./services";
import { measureStartUp } from "./start-up";

const run = promisify(execFile);

/** Each measurement prints its figures; ratios are computed within one run, since machines are noisy. */
const MEASUREMENTS: Readonly<Record<string, () => Promise<void>>> = {
  "start-up": measureStartUp,
  preview: measurePreview,
  up: measureUp,
  growth: measureGrowth,
  report: measureReport,
  spinnaker: measureSpinnaker,
  "choreo-connect": measureChoreoConnect,
  fleet: measureFleet,
  backends: measureBackends,
  enrollments: measureEnrollments,
  services: measureServices,
  releases: measureReleases,
  "large-fleet": measureLargeFleet,
};

/** Measurements of many parties: what each costs in one stack, how the time grows, and a stack for each. */
const SCALE = ["backends", "enrollments", "services", "releases", "large-fleet"];

async function main(names: readonly string[]): Promise<void> {
  const chosen =
    names.length > 0
      ? names.flatMap((name) => (name === "scale" ? SCALE : [name]))
      : Object.keys(MEASUREMENTS);
  const unknown = chosen.filter((name) => !(name in MEASUREMENTS));
  if (unknown.length > 0) {
    throw new Error(
      `there is no measurement ${unknown.join(", ")}; choose from scale, ${Object.keys(MEASUREMENTS).join(", ")}`,
    );
  }
  await ensureToolchain(["pulumi", "cluster", "test"]);
  // Otherwise, what is measured first would pay for the compilation.
  for (const args of [["program.cjs"], ["cli/countersign.cjs", "--version"]])
    await run(process.execPath, args, { cwd: resolve(__dirname, "..") });
  const memory = Math.round(totalmem() / 2 ** 30);
  process.stdout.write(`${cpus().length} cores, ${memory} GiB, Node ${process.version}\n`);
  try {
    for (const name of chosen) {
      process.stdout.write(`\n${name}\n`);
      await MEASUREMENTS[name]?.();
    }
  } finally {
    await stopWorkbench();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
});
