import { existsSync, mkdirSync, readFileSync, rmSync, cpSync, renameSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { Command } from "commander";
import gte from "semver/functions/gte";
import rcompare from "semver/functions/rcompare";
import { parse } from "yaml";
import { GitSnapshot } from "./git";
import {
  CRDS,
  DEPLOYED_CHARTS,
  SUB_CHARTS,
  type ChartInGit,
  type CrdsInGit,
  type DeployedChart,
} from "./sources";

interface Options {
  readonly snapshots: string;
  readonly to: string;
}

interface ChartFile {
  readonly dependencies?: readonly { readonly name: string; readonly version: string }[];
}

/** Assembles whole charts from local git snapshots: each version in a folder, with its dependencies unpacked. */
class Assembler {
  private readonly snapshots = new Map<string, GitSnapshot>();
  private readonly versions = new Map<string, Promise<ReadonlyMap<string, string>>>();

  constructor(private readonly options: Options) {}

  /** @returns the number of its versions. */
  async chart(chart: DeployedChart): Promise<number> {
    const { contract } = chart;
    const found = await this.versionsOf(chart);
    const wanted = [...found.keys()]
      .filter((version) => gte(version, contract.since))
      .sort(rcompare);
    for (const [version, pinned] of Object.entries(chart.commits)) {
      if (found.get(version) === pinned) continue;
      throw new Error(
        `${contract.name} ${version} is commit ${found.get(version) ?? "none"} of this snapshot of ${chart.repository}, not ${pinned}`,
      );
    }
    for (const version of wanted) {
      await this.place(chart, version, join(this.options.to, `${contract.name}-${version}`));
    }
    return wanted.length;
  }

  crds({ name, repository, revision, folder }: CrdsInGit): void {
    const target = join(this.options.to, name, "crds");
    if (existsSync(target)) return;
    const snapshot = this.snapshot(repository);
    const commit = snapshot.commit(revision);
    if (commit === undefined) throw new Error(`the snapshot of ${repository} lacks ${revision}`);
    snapshot.extract(commit, folder, target);
  }

  /** Puts a version of a chart into a folder, completely or not at all. */
  private async place(chart: ChartInGit, version: string, target: string): Promise<void> {
    if (existsSync(target)) return;
    const commit = await this.commitOf(chart, version);
    const unfinished = `${target}.part`;
    rmSync(unfinished, { recursive: true, force: true });
    this.snapshot(chart.repository).extract(commit, chart.folder, unfinished);
    for (const dependency of dependenciesOf(unfinished)) {
      const source = SUB_CHARTS[dependency.name];
      if (source === undefined) throw new Error(`no repository is known for ${dependency.name}`);
      const store = join(this.options.to, "sub-charts", `${dependency.name}-${dependency.version}`);
      await this.place(source, dependency.version, store);
      cpSync(store, join(unfinished, "charts", dependency.name), { recursive: true });
    }
    renameSync(unfinished, target);
  }

  private async commitOf(chart: ChartInGit, version: string): Promise<string> {
    const tagged =
      chart.tag && this.snapshot(chart.repository).commit(`refs/tags/${chart.tag(version)}`);
    const commit = tagged ?? (await this.versionsOf(chart)).get(version);
    if (commit === undefined) {
      throw new Error(
        `no commit of this snapshot of ${chart.repository} has ${chart.folder || "its chart"} in version ${version}`,
      );
    }
    return commit;
  }

  /** Returns the newest commit of each version that a chart has had. */
  private versionsOf(chart: ChartInGit): Promise<ReadonlyMap<string, string>> {
    const path = chart.folder === "" ? "Chart.yaml" : `${chart.folder}/Chart.yaml`;
    const key = `${chart.repository}:${path}`;
    const found = this.versions.get(key) ?? this.readVersions(chart.repository, path);
    this.versions.set(key, found);
    return found;
  }

  private async readVersions(repository: string, path: string): Promise<Map<string, string>> {
    const versions = new Map<string, string>();
    for (const { commit, text } of await this.snapshot(repository).history(path)) {
      // Not by a parser, since the Chart.yaml of a few commits is not valid YAML.
      const version = /^version: *["']?([^"'\s]+)/m.exec(text)?.[1];
      if (version !== undefined && !versions.has(version)) versions.set(version, commit);
    }
    return versions;
  }

  private snapshot(repository: string): GitSnapshot {
    const found =
      this.snapshots.get(repository) ?? GitSnapshot.find(this.options.snapshots, repository);
    this.snapshots.set(repository, found);
    return found;
  }
}

/** Returns the exact versions from a chart's lock file; Chart.yaml may have ranges. */
function dependenciesOf(chart: string): NonNullable<ChartFile["dependencies"]> {
  const lock = join(chart, "Chart.lock");
  const file = existsSync(lock) ? lock : join(chart, "Chart.yaml");
  return (parse(readFileSync(file, "utf8")) as ChartFile).dependencies ?? [];
}

async function assemble(options: Options): Promise<void> {
  const repository = resolve(__dirname, "..", "..");
  if (`${resolve(options.to)}${sep}`.startsWith(`${repository}${sep}`)) {
    throw new Error(`--to ${options.to} is in this repository, which must not contain real charts`);
  }
  mkdirSync(options.to, { recursive: true });
  const assembler = new Assembler(options);
  for (const chart of DEPLOYED_CHARTS) {
    const count = await assembler.chart(chart);
    process.stdout.write(
      `${chart.contract.name}: ${count} versions since ${chart.contract.since}\n`,
    );
  }
  for (const crds of CRDS) {
    assembler.crds(crds);
    process.stdout.write(`${crds.name}: custom resource definitions\n`);
  }
}

new Command("assemble")
  .description("Assembles the real charts that `make real` reads, from local git snapshots.")
  .requiredOption("--snapshots <folder>", "git repositories, each as owner/name or owner+name")
  .requiredOption("--to <folder>", "the folder for the charts, outside of this repository")
  .action((options: Options) => assemble(options))
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
