import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { concurrently } from "../../command/concurrently";
import { CannotCheck, messageOf } from "../../command/failure";
import { explain, type WayOut } from "../../command/pulumi";
import { LIMITS, readFileText } from "../../host";
import { NO_FILE, configLines, type ConfigLines } from "./config-lines";
import { readPlan, type Plan } from "./plan";

/** Source of a plan: a stack that is previewed now, by name (the selected one if undefined), or a saved preview. */
export type PlanSource =
  | { readonly kind: "stack"; readonly name: string | undefined }
  | { readonly kind: "file"; readonly path: string };

/** Each preview uses about one core. */
const PREVIEWS_AT_ONCE = 2;

/** Pulumi takes no lock for a preview, and asks no questions with these arguments. */
const PREVIEW = ["preview", "--json", "--show-sames", "--non-interactive"];

/** Location of a stack's project and configuration. */
interface Project {
  /** The folder with Pulumi.yaml. */
  readonly folder: string;
  /** @default - `Pulumi.<stack>.yaml` in that folder */
  readonly configFile?: string | undefined;
}

/**
 * @throws CannotCheck if one of them is not available, or two are of the same stack.
 */
export async function readPlans(sources: readonly PlanSource[], project: Project): Promise<Plan[]> {
  const plans = await concurrently(sources, PREVIEWS_AT_ONCE, (source) => readOne(source, project));
  const stacks = plans.map(({ stack }) => stack);
  const twice = stacks.find((stack, position) => stacks.indexOf(stack) !== position);
  if (twice !== undefined) throw new CannotCheck(`stack ${twice} is given twice: give each once`);
  return plans;
}

async function readOne(source: PlanSource, project: Project): Promise<Plan> {
  if (source.kind === "stack") {
    const origin = source.name === undefined ? "the selected stack" : `stack ${source.name}`;
    return readPlan(await preview(source.name, project), origin);
  }
  try {
    return readPlan(readFileText(source.path, { limit: LIMITS.preview }), source.path);
  } catch (error) {
    if (error instanceof CannotCheck) throw error;
    throw new CannotCheck(`the preview cannot be read: ${messageOf(error)}`);
  }
}

/** Output of a preview, even of one that fails: it then contains the reason. */
function preview(stack: string | undefined, { folder, configFile }: Project): Promise<string> {
  const args = [
    ...PREVIEW,
    ...(stack === undefined ? [] : ["--stack", stack]),
    ...(configFile === undefined ? [] : ["--config-file", configFile]),
  ];
  return new Promise((resolve, reject) => {
    execFile(
      "pulumi",
      args,
      { cwd: folder, maxBuffer: 1024 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null || stdout.trimStart().startsWith("{")) resolve(stdout);
        else if (error.code === "ENOENT") reject(new CannotCheck(NO_PULUMI));
        else
          reject(
            new CannotCheck(
              `\`pulumi ${args.join(" ")}\` failed: ${explain(stderr, FROM_PREVIEW)}`,
            ),
          );
      },
    );
  });
}

const NO_PULUMI =
  "there is no `pulumi` on the PATH to preview the stack with; install it, or give a preview from elsewhere with --preview FILE (`pulumi preview --json --show-sames`)";

const FROM_PREVIEW: WayOut = {
  command: "pulumi preview --json --show-sames",
  instead: "--preview FILE (or --config-file, if its configuration is in another file)",
};

/** The lines of a stack's configuration file, if it exists. */
export function linesOf({ stack }: Plan, { folder, configFile }: Project): ConfigLines {
  const file = configFile ?? `Pulumi.${stack}.yaml`;
  const path = resolve(folder, file);
  return existsSync(path)
    ? configLines(readFileText(path, { limit: LIMITS.config }), file)
    : NO_FILE;
}
