import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { getRootDirectory, runtime, type ResourceTransformation } from "@pulumi/pulumi";

const PROJECT_FILES = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];
const RELEASE = "kubernetes:helm.sh/v3:Release";

/**
 * Changes to the project's folder, since the paths in a stack file are relative to it. Pulumi starts a program in the
 * folder of its `main`, which is in node_modules if the project uses the program of the package. Providers stay in that
 * folder, so the charts in folders are named to them from there.
 */
export function enterProject(): void {
  const started = process.cwd();
  const project = projectOf(started, getRootDirectory());
  if (project === undefined || project === started) return;
  process.chdir(project);
  runtime.registerStackTransformation(chartsSeenFrom(started, project));
}

/**
 * Returns the folder of the project.
 *
 * @param started folder in which Pulumi started the program.
 * @param told the folder according to Pulumi; not a path if an older language host did not tell it (3.68).
 * @returns undefined if it cannot be found.
 */
export function projectOf(started: string, told: string): string | undefined {
  if (isAbsolute(told)) return told;
  for (let folder = started; ; folder = dirname(folder)) {
    if (PROJECT_FILES.some((file) => existsSync(join(folder, file)))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Names the charts of releases that are folders by their path from another folder. */
export function chartsSeenFrom(folder: string, project: string): ResourceTransformation {
  return ({ type, props, opts }) => {
    if (type !== RELEASE || !isFolder(props)) return undefined;
    const chart = relative(folder, resolve(project, props.chart));
    return { props: { ...props, chart }, opts };
  };
}

/** Whether a release's chart is a folder. Charts of repositories and registries have a version. */
function isFolder(props: Readonly<Record<string, unknown>>): props is { readonly chart: string } {
  return typeof props.chart === "string" && props.version === undefined;
}
