import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import gte from "semver/functions/gte";
import rcompare from "semver/functions/rcompare";
import { Helm } from "../integration/charts/helm";
import { DEPLOYED_CHARTS, type DeployedChart } from "./sources";

/**
 * Returns the folder that test/real/assemble.ts has assembled.
 *
 * @throws Error if none is named, or it does not exist.
 */
export function realFolder(): string {
  const folder = process.env.COUNTERSIGN_REAL;
  if (folder === undefined || !existsSync(folder)) {
    throw new Error(
      `there are no real charts: \`make real REAL=<folder>\` reads those that \`make real-charts SNAPSHOTS=<folder> REAL=<folder>\` assembled (found ${folder ?? "no folder"})`,
    );
  }
  return folder;
}

/** Returns the folder of a chart in one version. */
export function realChart(name: string, version: string): string {
  return join(realFolder(), `${name}-${version}`);
}

/**
 * Returns the versions of a chart that Countersign supports, the newest first, and those since the first supported one
 * that it refuses.
 */
export function versionsOf(name: string): { supported: string[]; refused: string[] } {
  const { since, flawed = {} } = chartNamed(name).contract;
  const prefix = `${name}-`;
  const versions = readdirSync(realFolder())
    .filter((entry) => entry.startsWith(prefix))
    .map((entry) => entry.slice(prefix.length))
    .filter((version) => gte(version, since))
    .sort(rcompare);
  return {
    supported: versions.filter((version) => !(version in flawed)),
    refused: versions.filter((version) => version in flawed),
  };
}

/** Returns the versions that are deployed through the program, the newest first; they cover each shape of a chart. */
export function deployedVersions(name: string): string[] {
  return Object.keys(chartNamed(name).commits).sort(rcompare);
}

/** Starts a Helm that renders the real charts, each by its name in one version. */
export function realHelm(versions: Readonly<Record<string, string>>): Promise<Helm> {
  return Helm.start((chart) => realChart(chart, versions[chart] ?? ""));
}

function chartNamed(name: string): DeployedChart {
  const chart = DEPLOYED_CHARTS.find(({ contract }) => contract.name === name);
  if (chart === undefined) throw new Error(`no chart ${name} is known`);
  return chart;
}
