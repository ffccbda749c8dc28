import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { z } from "zod";
import { CannotCheck, messageOf } from "./failure";

const release = z.object({
  name: z.string(),
  namespace: z.string(),
  revision: z.int().positive(),
});

const outputs = z.object({
  releases: z.object({
    orchestrator: release.optional(),
    organizations: z.record(z.string(), release).default({}),
  }),
});

/** Where a stack says that a Helm release is. */
export type ReleaseRef = z.output<typeof release>;

/** What a stack says it deployed. */
export interface DeployedReleases {
  readonly orchestrator: ReleaseRef | undefined;
  /** By MSP ID. */
  readonly organizations: ReadonlyMap<string, ReleaseRef>;
}

/** Where the outputs come from: a stack by name (the selected one if undefined), or a file. */
export interface OutputSource {
  readonly stack?: string;
  readonly outputs?: string;
}

/**
 * Reads a stack's public outputs: from the Pulumi CLI, or from a file that holds what it printed.
 *
 * @throws CannotCheck if there are none.
 */
export async function deployedReleases(source: OutputSource): Promise<DeployedReleases> {
  const { outputs: file, stack } = source;
  const origin = file ?? (stack === undefined ? "the selected stack" : `stack ${stack}`);
  const text = await (file === undefined ? askPulumi(stack) : readOutputs(file));
  return parseOutputs(text, origin);
}

/** @param origin of the text, for messages. */
export function parseOutputs(text: string, origin: string): DeployedReleases {
  const parsed = outputs.safeParse(readJson(text, origin));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CannotCheck(
      `the outputs of ${origin} are not those of a deployed stack (${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unreadable"}): run \`pulumi up\` first`,
    );
  }
  const { orchestrator, organizations } = parsed.data.releases;
  if (orchestrator === undefined && Object.keys(organizations).length === 0) {
    throw new CannotCheck(`${origin} has no releases: there is nothing to verify`);
  }
  return { orchestrator, organizations: new Map(Object.entries(organizations)) };
}

function readJson(text: string, origin: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CannotCheck(
      `the outputs of ${origin} are not JSON; write them with \`pulumi stack output --json\``,
    );
  }
}

async function readOutputs(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new CannotCheck(`the outputs cannot be read: ${messageOf(error)}`);
  }
}

const run = promisify(execFile);

/** Without --show-secrets: what is secret in a stack is nothing that we would want to see. */
async function askPulumi(stack: string | undefined): Promise<string> {
  const args = ["stack", "output", "--json", "--non-interactive"];
  if (stack !== undefined) args.push("--stack", stack);
  try {
    const { stdout } = await run("pulumi", args, { maxBuffer: 256 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { code, stderr = "" } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT") throw new CannotCheck(NO_PULUMI);
    const said = stderr
      .split(/\s*\n\s*/)
      .join(" ")
      .trim();
    throw new CannotCheck(`\`pulumi ${args.join(" ")}\` failed: ${said || "it said nothing"}`);
  }
}

const NO_PULUMI =
  "there is no `pulumi` on the PATH, which knows what the stack deployed; install it, or give its outputs with --outputs FILE (`pulumi stack output --json`)";
