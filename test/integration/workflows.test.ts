import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { ensureToolchain, fileOf } from "../../toolchain";
import { FakeGitHub } from "../unit/workflows/fake-github";
import { workbench } from "./workbench";
import { Clone } from "./clone";
import { runWorkflow, type Event, type JobResult } from "./workflows-runner";

const root = resolve(__dirname, "..", "..");
const FOLDER = "examples/stack-per-organization";
const CONSORTIUM = `${FOLDER}/Pulumi.consortium.yaml`;
const OTHER = `${FOLDER}/Pulumi.org-2.yaml`;
const CHART = "charts/substra-backend/Chart.yaml";
const ORGANIZATION = `${FOLDER}/Pulumi.org-1.yaml`;
const PULL_REQUEST = { event_name: "pull_request", repository: "consortium/infrastructure" };

/** Adds a comment to a file, which changes it but not its meaning. */
const edit = (to: Clone, file: string) => to.write(file, `${to.read(file)}# Changed\n`);

const resultsOf = (results: ReadonlyMap<string, JobResult>) =>
  [...results].map(([name, { result }]) => `${name} ${result}`);

describe("the workflows, run here", function () {
  this.timeout(600_000);
  let clone: Clone;
  let environment: Record<string, string>;
  let stackSecrets: Record<string, string>;
  let directory: string;
  let fake: FakeGitHub;
  let events = 0;

  /** Returns an event with the parts that all runs share, including the secrets of the stack `consortium`. */
  const event = (github: Record<string, unknown>, more: Partial<Event> = {}): Event => ({
    clone: clone.directory,
    directory: join(directory, `event-${events++}`),
    environment,
    github,
    vars: {
      COUNTERSIGN_DIRECTORY: FOLDER,
      COUNTERSIGN_STACKS: "consortium org-1",
      PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
    },
    secrets: { "consortium-preview": stackSecrets },
    fake,
    ...more,
  });

  const pullRequest = (more: Record<string, unknown> = {}) => ({
    ...PULL_REQUEST,
    event: {
      pull_request: {
        number: 7,
        head: { sha: "0123456789", repo: { full_name: "consortium/infrastructure" } },
        user: { login: "somebody" },
        ...more,
      },
    },
  });

  before(async () => {
    const bench = await workbench();
    directory = join(bench.directory, "workflows");
    clone = new Clone(join(directory, "clone"));
    mkdirSync(join(directory, "state"));
    // A step gets a kubeconfig only as a secret.
    const { KUBECONFIG = "", ...others } = bench.environment;
    const { HOME = "", PATH = "" } = process.env;
    environment = { HOME, PATH, ...others };
    stackSecrets = {
      KUBECONFIG: readFileSync(KUBECONFIG, "utf8"),
      PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
    };
    clone
      .edit(CONSORTIUM, "hostname:", "namespace: workflows-orchestrator\n    hostname:")
      .useStandIns(FOLDER);
    await promisify(execFile)("pulumi", ["stack", "init", "consortium", "--non-interactive"], {
      cwd: join(clone.directory, FOLDER),
      env: {
        ...environment,
        PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: stackSecrets.PULUMI_CONFIG_PASSPHRASE,
      },
    });
    clone.commit();
  });

  beforeEach(() => {
    fake = new FakeGitHub();
    fake.environments.set("consortium", ["required_reviewers"]);
    fake.environments.set("org-1", ["required_reviewers"]);
    clone.main();
  });

  it("are valid according to actionlint", async () => {
    const actionlint = fileOf(await ensureToolchain(["test"]), "actionlint");
    const files = readdirSync(join(root, ".github", "workflows"));
    const paths = files.map((file) => join(".github", "workflows", file));
    const { stdout } = await promisify(execFile)(actionlint, ["-no-color", ...paths], {
      cwd: root,
    }).catch((error: unknown) => error as { stdout: string });
    assert.equal(stdout, "");
  });

  describe("preview", () => {
    it("does not run for forks and Dependabot, and says so", async () => {
      const fork = { head: { repo: { full_name: "somebody/infrastructure" } } };
      const dependabot = { user: { login: "dependabot[bot]" } };
      for (const who of [fork, dependabot]) {
        const results = await runWorkflow("preview", event(pullRequest(who)));
        assert.deepEqual(resultsOf(results), [
          "not-trusted success",
          "plan skipped",
          "preview skipped",
          "reports skipped",
        ]);
        assert.match(results.get("not-trusted")?.log ?? "", /^::notice::There is no preview/);
      }
    });

    for (const [what, change, stacks] of [
      ["its own stack file", (to: Clone) => edit(to, ORGANIZATION), ["org-1"]],
      ["a file that it names", (to: Clone) => edit(to, CHART), ["org-1"]],
      ["the program", (to: Clone) => edit(to, "index.ts"), ["consortium", "org-1"]],
      ["none of these", (to: Clone) => edit(to, "README.md"), []],
      ["a stack that is not selected", (to: Clone) => edit(to, OTHER), []],
    ] as const) {
      it(`runs for the right stacks when a pull request changes ${what}`, async () => {
        clone.pullRequest(change);
        const plan = (await runWorkflow("preview", event(pullRequest()), ["plan"])).get("plan");
        assert.equal(plan?.result, "success", plan?.log);
        assert.deepEqual(JSON.parse(plan.outputs.stacks ?? ""), stacks);
      });
    }

    it("considers what the pull request changes, not what has changed in main meanwhile", async () => {
      clone.git("checkout", "--quiet", "-B", "branch", "main");
      edit(clone, "README.md").commit();
      edit(clone.main(), ORGANIZATION).commit();
      clone.git("checkout", "--quiet", "--detach", "main");
      clone.git("merge", "--quiet", "--no-ff", "--message", "Merge", "branch");
      const plan = (await runWorkflow("preview", event(pullRequest()), ["plan"])).get("plan");
      assert.equal(plan?.outputs.stacks, "[]", plan?.log);
    });

    it("is posted as a comment, uses the read-only secrets, and shows none of them", async () => {
      clone.pullRequest((to) => to.edit(CONSORTIUM, "validity: 60d", "validity: 50d"));
      const { vars } = event(pullRequest());
      const results = await runWorkflow(
        "preview",
        event(pullRequest(), { vars: { ...vars, COUNTERSIGN_FAIL_ON: "none" } }),
      );
      const { result, log, summary } = results.get("preview") ?? assert.fail();
      assert.equal(result, "success", log);
      assert.deepEqual(fake.changes, ["createComment #7"]);
      const body = fake.comments[0]?.body ?? "";
      assert.ok(body.includes(summary.trim()), body);
      assert.match(body, /consortium/);
      assertNothingSecret(log + body);
    });

    it("reports its failure in the comment, and fails the check that a rule can require", async () => {
      clone.pullRequest((to) => to.edit(CONSORTIUM, "validity: 60d", "validity: sixty"));
      const results = await runWorkflow("preview", event(pullRequest()));
      assert.deepEqual(resultsOf(results), [
        "not-trusted skipped",
        "plan success",
        "preview failure",
        "reports failure",
      ]);
      assert.match(
        fake.comments[0]?.body ?? "",
        /\*\*The preview failed\*\* for `consortium`|There is no report for `consortium`/,
      );
    });
  });

  describe("up", () => {
    const push = { event_name: "push", ref: "refs/heads/main" };
    /** Returns the stacks of each step, after a change of main. */
    const planned = async (github: object, more: Partial<Event> = {}) => {
      const results = await runWorkflow("up", event({ ...push, ...github }, more), ["plan"]);
      const { result, outputs, log } = results.get("plan") ?? assert.fail();
      assert.equal(result, "success", log);
      return [1, 2, 3].map((step) => {
        const list = JSON.parse(outputs[`step-${step}`] ?? "") as { stack: string; pass: string }[];
        return list.map(({ stack, pass }) => `${stack} ${pass}`).join(", ");
      });
    };

    it("deploys everything if nothing was deployed before", async () => {
      const steps = await planned({});
      assert.deepEqual(steps, ["org-1 request", "consortium deploy", "org-1 deploy"]);
    });

    it("deploys what has changed since the last run that deployed everything", async () => {
      fake.runs = [clone.git("rev-parse", "HEAD")];
      assert.deepEqual(await planned({}), ["", "", ""]);
      edit(clone, ORGANIZATION).commit();
      edit(clone, "README.md").commit();
      assert.deepEqual(await planned({}), ["consortium deploy", "org-1 deploy", ""]);
    });

    it("publishes the request of a new key before it is signed", async () => {
      fake.runs = [clone.git("rev-parse", "HEAD")];
      const hostname = "hostname: substra.org-1.example";
      clone.edit(ORGANIZATION, hostname, `certificate: { keys: [k1, k2] }\n      ${hostname}`);
      clone.commit();
      const steps = await planned({});
      assert.deepEqual(steps, ["org-1 request", "consortium deploy", "org-1 deploy"]);
    });

    it("deploys the stacks that a user selects", async () => {
      const github = { event_name: "workflow_dispatch" };
      const inputs = { stacks: "org-*", requests: false };
      assert.deepEqual(await planned(github, { inputs }), ["org-1 deploy", "", ""]);
    });

    it("does not start without a required approval", async () => {
      fake.environments.delete("org-1");
      const results = await runWorkflow("up", event(push));
      assert.match(fake.failures.join(), /^there is no environment org-1/);
      assert.ok(resultsOf(results).every((line) => !line.endsWith("success")));
    });

    it("deploys a stack with the secrets of its environment, and verifies it", async () => {
      const more = {
        vars: { ...event(push).vars, COUNTERSIGN_STACKS: "consortium" },
        secrets: { "consortium-preview": stackSecrets, consortium: stackSecrets },
      };
      fake.runs = [clone.git("rev-parse", "HEAD")];
      edit(clone, CONSORTIUM).commit();
      const results = await runWorkflow("up", event(push, more));
      const { result, log } = results.get("step-1") ?? assert.fail();
      assert.equal(result, "success", log);
      assert.match(log, /Resources:\n +\+ \d+ created[^]*checks: all hold/);
      assert.match(results.get("report")?.summary ?? "", /consortium/);
      assertNothingSecret(log);
    });
  });

  describe("nightly", () => {
    it("opens an issue when something is due", async () => {
      const vars = {
        ...event({}).vars,
        COUNTERSIGN_STACKS: "consortium",
        COUNTERSIGN_NIGHTLY: "expiring:400d",
      };
      const results = await runWorkflow("nightly", event({ event_name: "schedule" }, { vars }));
      const { result, log, summary } = results.get("check") ?? assert.fail();
      assert.equal(result, "success", log);
      assert.deepEqual(fake.changes, ["create #1"]);
      const body = fake.issues[0]?.body ?? "";
      assert.match(body, /^gh workflow run up\.yml --ref main -f stacks=consortium$/m);
      assert.ok(body.includes(summary.trim()), body);
      assertNothingSecret(log + body);
    });
  });

  describe("the pipeline for GitLab", () => {
    interface GitLabJob {
      readonly script: readonly string[];
      readonly variables: Readonly<Record<string, string>>;
    }
    const page = readFileSync(join(root, "docs", "pull-requests.md"), "utf8");
    const [, yaml = ""] = /```yaml\n(stages:[^]*?)```/.exec(page) ?? [];
    const { preview } = parse(yaml) as { readonly preview: GitLabJob };

    const run = (STACK: string) =>
      promisify(execFile)("bash", ["-eo", "pipefail", "-c", preview.script.join("\n")], {
        cwd: clone.directory,
        env: {
          ...environment,
          ...preview.variables,
          STACK,
          SELECT: "*",
          DIRECTORY: FOLDER,
          REPORTS: join(directory, "gitlab"),
          BASE: "main",
          PULUMI_BACKEND_URL: "file:///nowhere",
        },
      });

    it("creates reports of the stacks that a merge request changes", async () => {
      clone.pullRequest((to) => edit(to, ORGANIZATION));
      const { stdout } = await run("consortium");
      assert.equal(stdout, 'stacks=["org-1"]\n');
      await assert.rejects(run("org-1"), { code: 2 }); // there is no such backend
      const result = readFileSync(join(directory, "gitlab", "org-1.json"), "utf8");
      assert.deepEqual(JSON.parse(result), { stack: "org-1", status: 2 });
    });
  });

  function assertNothingSecret(text: string): void {
    const { KUBECONFIG = "", PULUMI_CONFIG_PASSPHRASE = "" } = stackSecrets;
    assert.ok(!text.includes(PULUMI_CONFIG_PASSPHRASE));
    const key = /client-key-data: (\S+)/.exec(KUBECONFIG)?.[1] ?? KUBECONFIG;
    assert.ok(!text.includes(key));
    assert.doesNotMatch(text, /PRIVATE KEY/);
    const files = readdirSync(directory, { recursive: true, encoding: "utf8" });
    const written = files.filter((file) => /runner-\d+\/kubeconfig$/.test(file));
    assert.ok(written.length > 0);
    for (const file of written) {
      assert.equal(statSync(join(directory, file)).mode & 0o777, 0o600);
    }
  }
});
