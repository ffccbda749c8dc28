import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { FakeGitHub, withEnvironment } from "../unit/workflows/fake-github";
import { evaluate, fill, judgesFailures, type Contexts } from "./workflows-expressions";
import { actions, workflow, type Job, type Step } from "./workflows-files";

/** The event that starts a run of a workflow, and its surroundings. */
export interface Event {
  /** A clone of the repository, with the commit of the event checked out. */
  readonly clone: string;
  /** A folder for files that the runner writes. */
  readonly directory: string;
  /** Environment of every step, in addition to what the workflow sets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly github: Readonly<Record<string, unknown>>;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly vars: Readonly<Record<string, string>>;
  /** The secrets of each environment. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Responds to the scripts of actions/github-script. */
  readonly fake: FakeGitHub;
}

/** The result of a job; with a matrix, of all its jobs together. */
export interface JobResult {
  readonly result: "success" | "failure" | "skipped";
  readonly outputs: Readonly<Record<string, string>>;
  /** What its steps printed. */
  readonly log: string;
  /** What its steps wrote into the run's summary. */
  readonly summary: string;
}

/**
 * Emulates GitHub's runner for the features that our workflows use, one job after the other.
 *
 * @param only jobs that may run. @default - all
 */
export async function runWorkflow(
  name: string,
  event: Event,
  only?: readonly string[],
): Promise<ReadonlyMap<string, JobResult>> {
  const file = workflow(name);
  const results = new Map<string, JobResult>();
  for (const [id, job] of Object.entries(file.jobs)) {
    const needs = [job.needs ?? []].flat();
    const before = needs.map((need) => [need, results.get(need) ?? SKIPPED] as const);
    const contexts = { ...contextsOf(event), needs: Object.fromEntries(before) };
    const failed = [...results.values()].some(({ result }) => result === "failure");
    const ready = judgesFailures(job.if) || before.every(([, { result }]) => result === "success");
    const left = only !== undefined && !only.includes(id);
    if (left || !ready || !evaluate(job.if ?? "true", contexts, { failed })) {
      results.set(id, SKIPPED);
      continue;
    }
    const runs: JobResult[] = [];
    for (const matrix of matrixOf(job, contexts)) {
      runs.push(await new JobRun(event, job, { ...contexts, matrix }, file.env).run());
    }
    results.set(id, together(runs));
  }
  return results;
}

const SKIPPED: JobResult = { result: "skipped", outputs: {}, log: "", summary: "" };
const FINE = { failed: false };

function contextsOf({ github, inputs = {}, vars }: Event): Contexts {
  return { github, inputs, vars };
}

function matrixOf(job: Job, contexts: Contexts): readonly Readonly<Record<string, unknown>>[] {
  const { matrix } = (job as { strategy?: { matrix: Record<string, string> } }).strategy ?? {};
  if (!matrix) return [{}];
  return Object.entries(matrix).flatMap(([key, list]) => {
    const values = evaluate(list, contexts, FINE) as readonly Record<string, unknown>[];
    return key === "include" ? values : values.map((value) => ({ [key]: value }));
  });
}

function together(runs: readonly JobResult[]): JobResult {
  return {
    result: runs.every(({ result }) => result === "success") ? "success" : "failure",
    outputs: Object.assign({}, ...runs.map(({ outputs }) => outputs)) as Record<string, string>,
    log: runs.map(({ log }) => log).join(""),
    summary: runs.map(({ summary }) => summary).join(""),
  };
}

/** One job on one runner. */
class JobRun {
  private readonly temp: string;
  private readonly steps: Record<string, { outputs: Record<string, string> }> = {};
  private log = "";
  private failed = false;

  constructor(
    private readonly event: Event,
    private readonly job: Job,
    private readonly outer: Contexts,
    private readonly env: Readonly<Record<string, string>> = {},
  ) {
    this.temp = join(event.directory, `runner-${counter++}`);
    mkdirSync(this.temp, { recursive: true });
    for (const file of Object.values(FILES)) writeFileSync(join(this.temp, file), "");
  }

  async run(): Promise<JobResult> {
    const environment = this.fill(this.job.environment ?? "", this.outer);
    const contexts: Contexts = {
      ...this.outer,
      env: this.fillAll(this.env, this.outer),
      secrets: this.event.secrets[environment] ?? {},
      runner: { temp: this.temp },
      steps: this.steps,
    };
    for (const step of this.job.steps) await this.step(step, contexts);
    const result = this.failed ? "failure" : "success";
    const outputs = this.fillAll(this.job.outputs ?? {}, contexts);
    return { result, outputs, log: this.log, summary: this.read(FILES.GITHUB_STEP_SUMMARY) };
  }

  private async step(step: Step, contexts: Contexts): Promise<void> {
    if (this.failed && !judgesFailures(step.if)) return;
    if (!evaluate(step.if ?? "true", contexts, { failed: this.failed })) return;
    const inputs = this.fillAll(step.with ?? {}, contexts);
    const action = actions().get(step.uses ?? "");
    if (action) {
      const given = Object.entries(action.inputs ?? {}).map(([name, { default: usual }]) => [
        name,
        inputs[name] ?? usual,
      ]);
      for (const inner of action.runs.steps) {
        await this.step(inner, { ...contexts, inputs: Object.fromEntries(given) as Contexts });
      }
    } else if (step.uses?.startsWith("actions/github-script@")) {
      await this.script(step, contexts);
    } else if (step.uses?.startsWith("actions/upload-artifact@")) {
      const { name = "", path = "" } = inputs;
      if (existsSync(path)) cpSync(path, join(this.artifacts, name), { recursive: true });
    } else if (step.uses?.startsWith("actions/download-artifact@")) {
      for (const name of existsSync(this.artifacts) ? readdirSync(this.artifacts) : []) {
        cpSync(join(this.artifacts, name), inputs.path ?? "", { recursive: true });
      }
    } else if (step.run !== undefined && !step.run.startsWith("npm ci")) {
      await this.shell(step, contexts);
    }
  }

  private async shell(step: Step, contexts: Contexts): Promise<void> {
    const file = join(this.temp, "step.sh");
    writeFileSync(file, step.run ?? "");
    const files = Object.entries(FILES).map(([name, path]) => [name, join(this.temp, path)]);
    const env = {
      ...this.event.environment,
      ...(contexts.env as Record<string, string>),
      ...keyValues(this.read(FILES.GITHUB_ENV)),
      ...this.fillAll(step.env ?? {}, contexts),
      ...(Object.fromEntries(files) as Record<string, string>),
      RUNNER_TEMP: this.temp,
      GITHUB_WORKSPACE: this.event.clone,
      GITHUB_ACTIONS: "true",
    };
    const cwd = join(this.event.clone, this.fill(step["working-directory"] ?? ".", contexts));
    const options = step.shell === "bash" ? ["--noprofile", "--norc", "-eo", "pipefail"] : ["-e"];
    writeFileSync(join(this.temp, FILES.GITHUB_OUTPUT), "");
    await new Promise<void>((done) => {
      execFile(
        "bash",
        [...options, file],
        { cwd, env, maxBuffer: 1 << 26 },
        (error, stdout, stderr) => {
          this.log += stdout + stderr;
          this.failed ||= error !== null;
          done();
        },
      );
    });
    this.remember(step, keyValues(this.read(FILES.GITHUB_OUTPUT)));
  }

  private async script(step: Step, contexts: Contexts): Promise<void> {
    const { fake, clone } = this.event;
    const load = createRequire(join(clone, "script.cjs"));
    const { github, context, core } = fake.tools;
    const source = this.fill(step.with?.script, contexts);
    const script = new AsyncFunction("require", "github", "context", "core", source);
    const failures = fake.failures.length;
    await withEnvironment(this.fillAll(step.env ?? {}, contexts), () =>
      script(load, github, context, core),
    );
    this.failed ||= fake.failures.length > failures;
    this.remember(step, Object.fromEntries(fake.outputs));
  }

  private remember({ id }: Step, outputs: Record<string, string>): void {
    if (id !== undefined) this.steps[id] = { outputs };
  }

  private get artifacts(): string {
    return join(this.event.directory, "artifacts");
  }

  private read(file: string): string {
    return readFileSync(join(this.temp, file), "utf8");
  }

  private fill(text: unknown, contexts: Contexts): string {
    return fill(text, contexts, { failed: this.failed });
  }

  private fillAll(
    values: Readonly<Record<string, unknown>>,
    contexts: Contexts,
  ): Record<string, string> {
    const entries = Object.entries(values).map(([name, value]) => [
      name,
      this.fill(value, contexts),
    ]);
    return Object.fromEntries(entries) as Record<string, string>;
  }
}

let counter = 0;

const FILES = {
  GITHUB_ENV: "env",
  GITHUB_OUTPUT: "output",
  GITHUB_STEP_SUMMARY: "summary",
} as const;

/** The constructor of functions from their source, as actions/github-script uses it; it has no global name. */
const { constructor: AsyncFunction } = Object.getPrototypeOf(async () => Promise.resolve()) as {
  readonly constructor: new (...source: string[]) => (...args: unknown[]) => Promise<void>;
};

function keyValues(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}
