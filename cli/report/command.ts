import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { CannotCheck, messageOf } from "../../command/failure";
import { collect } from "../../command/stack-outputs";
import { complain } from "../../command/say";
import { findingsOf, parseGates, type Finding } from "./gate";
import type { Report } from "./model";
import { renderJson } from "./render/json";
import { renderMarkdown } from "./render/markdown";
import { renderText } from "./render/text";
import { reportOf } from "./report";
import { linesOf, readPlans, type PlanSource } from "./sources";

interface Options {
  readonly stack?: readonly string[];
  readonly preview?: readonly string[];
  readonly project: string;
  readonly configFile?: string;
  readonly base?: string;
  readonly charts: boolean;
  readonly format: "markdown" | "json" | "text";
  readonly json?: true;
  readonly limit: number;
  readonly output?: string;
  readonly failOn?: string;
  readonly at?: Date;
}

/** GitHub allows 65,536 characters in a comment; the rest is for what a workflow adds around the report. */
const LIMIT = 64_000;

export const report = new Command("report")
  .description(
    "Previews one or more stacks, and tells reviewers what an update would do to certificates, trust and running releases, and why. It changes nothing.",
  )
  .option("-s, --stack <name>", "a Pulumi stack; repeatable (default: the selected one)", collect)
  .option(
    "--preview <file>",
    "a saved preview, as `pulumi preview --json --show-sames` prints it; repeatable, also beside --stack",
    collect,
  )
  .option("--project <folder>", "the folder with Pulumi.yaml, the stacks' files and charts", ".")
  .option("--config-file <file>", "the stack's configuration (default: Pulumi.<stack>.yaml)")
  .option(
    "--base <revision>",
    "the deployed git revision, to render charts in folders as they were deployed (default: as they are now)",
  )
  .option("--no-charts", "leave out what needs `helm`: the rendered manifests and their diff")
  .addOption(
    new Option("--format <format>", "the format of the output")
      .choices(["markdown", "json", "text"])
      .default("markdown"),
  )
  .option("--json", "the same as --format json")
  .option("--limit <characters>", "the maximum length of Markdown", readLimit, LIMIT)
  .option("--output <file>", "write the report to a file (default: standard output)")
  .option(
    "--fail-on <list>",
    "findings that make the exit status 1: breaking, destructive, withdrawn, renewals, expiring:<duration> (e.g. expiring:30d), unknown, warnings, changes; separated by commas",
  )
  .option("--at <time>", "the time of the report, RFC 3339 (default: now)", readTime)
  .addHelpText(
    "after",
    "\nExit status: 0 the report was created, 1 --fail-on found something, 2 it could not be created, or a preview failed.",
  )
  .action(async (options: Options) => {
    // Fail before anything slow starts.
    const gates = options.failOn === undefined ? [] : parseGates(options.failOn);
    const project = resolve(options.project);
    const where = { folder: project, configFile: options.configFile };
    const plans = await readPlans(sourcesOf(options), where);
    const made = await reportOf(plans, {
      at: options.at ?? new Date(),
      linesOf: (plan) => linesOf(plan, where),
      project,
      base: options.base,
      charts: options.charts,
    });
    const findings = findingsOf(made, gates);
    write(textOf(made, findings, options), options.output);
    for (const { gate, stack, text } of findings) {
      complain(`${gate}: stack ${stack}: ${text}\n`);
    }
    if (findings.length > 0) process.exitCode = 1;
    const failed = made.stacks.filter(({ failure }) => failure !== undefined);
    for (const { stack, failure } of failed) {
      complain(`the preview of stack ${stack} failed: ${failure ?? ""}\n`);
    }
    if (failed.length > 0) process.exitCode = 2;
  });

function textOf(made: Report, findings: readonly Finding[], options: Options): string {
  if (options.json || options.format === "json") {
    return renderJson(made, options.failOn === undefined ? {} : { findings });
  }
  return options.format === "text"
    ? renderText(made)
    : renderMarkdown(made, { limit: options.limit });
}

function write(text: string, file: string | undefined): void {
  if (file === undefined) {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CannotCheck(`the report cannot be written: ${messageOf(error)}`);
  }
}

function sourcesOf({ stack = [], preview = [] }: Options): PlanSource[] {
  const sources: PlanSource[] = [
    ...stack.map((name) => ({ kind: "stack", name }) as const),
    ...preview.map((path) => ({ kind: "file", path }) as const),
  ];
  return sources.length > 0 ? sources : [{ kind: "stack", name: undefined }];
}

/** With a lower limit there is no room for what a report must contain. */
const LEAST_LIMIT = 2_000;

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isSafeInteger(limit) && limit >= LEAST_LIMIT) return limit;
  throw new InvalidArgumentError(`it must be a whole number, at least ${LEAST_LIMIT}.`);
}

function readTime(text: string): Date {
  const time = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}(T.+)?$/.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError("it must be a time such as 2026-01-05 or 2026-01-05T12:00:00Z.");
}
