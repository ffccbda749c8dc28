import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parse } from "yaml";
import { LIMITS, UnreadableFile, readFileText } from "../../../../host";
import { withoutCredentials, type Helm } from "./helm";
import { NoHelm, TIMEOUT, Unavailable, once, runProgram, type TemporaryFolder } from "./programs";
import type { ChartSource, PlannedChart } from "./source";

/** A chart on this machine. */
interface LocatedChart {
  /** Absolute; a folder or an archive. */
  readonly path: string;
  readonly notes: readonly string[];
}

interface ChartPlaces {
  /** Absolute path of the folder to which paths of charts are relative. */
  readonly project: string;
  /** Git revision that is deployed. */
  readonly base: string | undefined;
  readonly helm: Helm;
  readonly temporary: TemporaryFolder;
}

/** Finds a chart. Each one is downloaded or taken from git only once. */
export type ChartFinder = (chart: PlannedChart, side: "before" | "after") => Promise<LocatedChart>;

/** The finder throws Unavailable. */
export function chartFinder(places: ChartPlaces): ChartFinder {
  const downloads = once<LocatedChart>();
  const exports = once<string | undefined>();
  return ({ source, version, isExact }, side) => {
    if (source === undefined) throw new Unavailable("the preview does not say where its chart is");
    if (source.kind === "path") {
      return side === "after"
        ? inProject(places, source.path, version)
        : deployedFrom(places, source.path, version, exports);
    }
    if (version === undefined)
      throw new Unavailable("the preview does not say which version of the chart it is");
    if (!isExact)
      throw new Unavailable(
        `${version} is not an exact version of the chart: the \`up\` will choose one`,
      );
    return downloads(JSON.stringify([source, version]), () => download(places, source, version));
  };
}

async function inProject(
  { project, helm }: ChartPlaces,
  path: string,
  version: string | undefined,
): Promise<LocatedChart> {
  const found = resolve(project, path);
  if (!existsSync(found))
    throw new Unavailable(`there is no chart ${path} in the project's folder`);
  const actual = await versionOf(found, path, helm);
  if (version === undefined || actual === version) return { path: found, notes: [] };
  throw new Unavailable(
    `the chart in ${path} has version ${actual}, and the preview was made with ${version}`,
  );
}

async function deployedFrom(
  places: ChartPlaces,
  path: string,
  version: string | undefined,
  exports: ReturnType<typeof once<string | undefined>>,
): Promise<LocatedChart> {
  const { project, base, helm, temporary } = places;
  if (base === undefined) return unchangedInProject(places, path, version);
  const exported = await exports(path, () => exportFromGit(project, base, path, temporary));
  if (exported === undefined) return unchangedInProject(places, path, version);
  const actual = await versionOf(exported, `${path} of ${base}`, helm);
  if (version === undefined || actual === version) return { path: exported, notes: [] };
  throw new Unavailable(
    `revision ${base} has version ${actual} of the chart in ${path}, and ${version} is deployed; give --base the revision that is deployed`,
  );
}

/** Fallback if git does not have the deployed chart: the one in the folder, if it has the same version. */
async function unchangedInProject(
  { project, base, helm }: ChartPlaces,
  path: string,
  version: string | undefined,
): Promise<LocatedChart> {
  const found = resolve(project, path);
  const actual = existsSync(found) ? await versionOf(found, path, helm) : undefined;
  const reason = base === undefined ? "" : `, as ${base} does not have it`;
  if (actual !== undefined && actual === version) {
    return {
      path: found,
      // A note only on the deployed side: the other side's chart may come from somewhere else.
      notes: [`what is deployed is rendered with the chart in ${path} as it is now${reason}`],
    };
  }
  const state = actual === undefined ? `there is none in ${path} now` : `${path} has ${actual} now`;
  const todo =
    base === undefined ? "give --base the revision that is deployed" : `${base} does not have it`;
  throw new Unavailable(
    `the deployed chart has version ${version ?? "(unknown)"}, and ${state}; ${todo}`,
  );
}

async function download(
  { helm, temporary }: ChartPlaces,
  source: Exclude<ChartSource, { kind: "path" }>,
  version: string,
): Promise<LocatedChart> {
  const folder = temporary.subfolder();
  const options = ["--untar", `--untardir=${folder}`, `--version=${version}`];
  const chart =
    source.kind === "oci" ? ["--", source.reference] : [`--repo=${source.url}`, "--", source.name];
  try {
    await helm(["pull", ...options, ...chart]);
  } catch (error) {
    if (!(error instanceof Unavailable) || error instanceof NoHelm) throw error;
    const what = source.kind === "oci" ? source.reference : `${source.name} of ${source.url}`;
    const login = source.kind === "repository" && source.needsLogin;
    const hint = login ? "; the login in the stack is not used for reports" : "";
    throw new Unavailable(
      `chart ${withoutCredentials(what)} in version ${version} cannot be downloaded: ${error.message}${hint}`,
    );
  }
  const [name = ""] = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  return { path: join(folder, name), notes: [] };
}

/**
 * Returns the version of a chart in a folder or an archive.
 *
 * @param called its name in messages.
 * @throws Unavailable if it is not a chart.
 */
async function versionOf(path: string, called: string, helm: Helm): Promise<string> {
  const metadata = statSync(path).isDirectory()
    ? readMetadata(path, called)
    : (await helm(["show", "chart", "--", path])).stdout;
  const { version } = readYaml(metadata);
  if (typeof version === "string" && version !== "") return version;
  throw new Unavailable(`the Chart.yaml of ${called} has no version`);
}

function readMetadata(folder: string, called: string): string {
  try {
    return readFileText(join(folder, "Chart.yaml"), { limit: LIMITS.config, within: folder });
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new Unavailable(
      error.isMissing
        ? `${called} has no Chart.yaml`
        : `the Chart.yaml of ${called} ${error.predicate}`,
    );
  }
}

function readYaml(text: string): { readonly version?: unknown } {
  try {
    const content: unknown = parse(text, { logLevel: "error" });
    return typeof content === "object" && content !== null ? content : {};
  } catch {
    return {};
  }
}

/**
 * Writes a folder or file, as it is in a revision, into a temporary folder.
 *
 * @param project folder in the working tree.
 * @param path relative to it.
 * @returns its path there, or undefined if the revision has no such path.
 * @throws Unavailable if there is no such revision, or git fails.
 */
async function exportFromGit(
  project: string,
  revision: string,
  path: string,
  temporary: TemporaryFolder,
): Promise<string | undefined> {
  const top = (await git(project, ["rev-parse", "--show-toplevel"])).trim();
  const within = relative(realpathSync(top), resolve(realpathSync(project), path));
  if (within === ".." || within.startsWith("../")) return undefined;

  const commit = await commitOf(project, revision);
  const listed = within === "" ? "." : `:(top,literal)${within}`;
  if (
    within !== "" &&
    (await git(top, ["ls-tree", "--name-only", "--full-tree", commit, "--", within])) === ""
  ) {
    return undefined;
  }
  const folder = temporary.subfolder();
  const archive = join(temporary.subfolder(), "chart.tar");
  await git(top, ["archive", "--format=tar", `--output=${archive}`, commit, "--", listed]);
  const { failure, stderr } = await runProgram("tar", ["-xf", archive, "-C", folder]);
  if (failure !== undefined) throw new Unavailable(`\`tar\` failed: ${stderr.trim()}`);
  const exported = join(folder, within);
  return existsSync(exported) ? exported : undefined;
}

async function commitOf(project: string, revision: string): Promise<string> {
  // Ends the options, so that a revision is not taken for one.
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
  const { stdout, failure } = await run(project, args);
  if (failure === undefined) return stdout.trim();
  throw new Unavailable(`git does not know revision ${revision} here (is the clone shallow?)`);
}

async function git(folder: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr, failure } = await run(folder, args);
  if (failure === undefined) return stdout;
  if (failure === "timeout")
    throw new Unavailable(`\`git ${args[0] ?? ""}\` did not finish within ${TIMEOUT / 1000} s`);
  throw new Unavailable(`\`git ${args[0] ?? ""}\` failed: ${stderr.replace(/\s+/g, " ").trim()}`);
}

async function run(folder: string, args: readonly string[]) {
  const outcome = await runProgram("git", ["-C", folder, ...args]);
  if (outcome.failure === "missing") {
    throw new Unavailable("there is no `git` on the PATH to get the deployed charts with");
  }
  return outcome;
}
