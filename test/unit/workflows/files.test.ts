import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tools } from "../../../toolchain/tools";
import {
  actions,
  jobs,
  steps,
  texts,
  workflow,
  workflows,
} from "../../integration/workflows-files";

/** All permissions of each job. */
const PERMISSIONS = {
  "nightly/check": { contents: "read" },
  "nightly/issues": { contents: "read", issues: "write" },
  "nightly/plan": { contents: "read" },
  "preview/not-trusted": {},
  "preview/plan": { contents: "read" },
  "preview/preview": { contents: "read" },
  "preview/reports": { contents: "read", "pull-requests": "write" },
  "release/test": { contents: "read" },
  "release/nodes": { contents: "read" },
  "release/package": { contents: "read", "id-token": "write", attestations: "write" },
  "release/release": { contents: "write" },
  "release/npm": { "id-token": "write" },
  "test/all": { contents: "read" },
  "test/nodes": { contents: "read" },
  "up/plan": { contents: "read", actions: "read" },
  "up/report": { contents: "read" },
  "up/step-1": { contents: "read" },
  "up/step-2": { contents: "read" },
  "up/step-3": { contents: "read" },
};

const TRUSTED =
  "github.event.pull_request.head.repo.full_name == github.repository && github.event.pull_request.user.login != 'dependabot[bot]'";

const secretsIn = (value: unknown) => /secrets\.[A-Z]/.test(JSON.stringify(value));

describe("the workflows", () => {
  it("have these permissions and no others", () => {
    for (const [name, { permissions }] of workflows()) assert.deepEqual(permissions, {}, name);
    const found = Object.fromEntries(jobs().map(([where, job]) => [where, job.permissions]));
    assert.deepEqual(found, PERMISSIONS);
  });

  it("run on events that give no secrets to code of forks", () => {
    assert.deepEqual(workflow("preview").on, "pull_request");
    assert.deepEqual(Object.keys(workflow("test").on as object), ["pull_request", "push"]);
    assert.deepEqual(workflow("release").on, { push: { tags: ["v*"] } });
    assert.deepEqual(Object.keys(workflow("up").on as object), ["push", "workflow_dispatch"]);
    assert.deepEqual(Object.keys(workflow("nightly").on as object), [
      "schedule",
      "workflow_dispatch",
    ]);
  });

  it("pass secrets to jobs after the plan, which does not run for forks and Dependabot", () => {
    const { jobs: all } = workflow("preview");
    assert.equal(all.plan?.if, `\${{ ${TRUSTED} }}`);
    for (const [name, job] of Object.entries(all)) {
      if (!secretsIn(job)) continue;
      assert.equal(job.needs, "plan", name);
      assert.equal(job.if, "${{ needs.plan.outputs.stacks != '[]' }}", name);
    }
    assert.equal(all.reports?.if, "${{ !cancelled() && needs.plan.result == 'success' }}");
  });

  it("pass secrets only to jobs with an environment, and there only to single steps of this repository", () => {
    for (const [where, { steps: own, ...rest }] of jobs()) {
      assert.ok(!secretsIn(rest), where);
      for (const step of own.filter(secretsIn)) {
        assert.match(rest.environment ?? "", /^\$\{\{ matrix\.stack \}\}(-preview)?$/, where);
        assert.ok(step.run ?? step.uses === "./.github/actions/kubeconfig", where);
      }
    }
  });

  it("let only jobs that reviewers approve change a stack", () => {
    const changing = jobs().filter(([, { steps: own }]) =>
      own.some(({ run }) => run?.includes("pulumi up")),
    );
    assert.deepEqual(
      changing.map(([where, { environment }]) => [where, environment]),
      ["up/step-1", "up/step-2", "up/step-3"].map((where) => [where, "${{ matrix.stack }}"]),
    );
  });

  it("pin every action by its commit, with its version beside it", () => {
    for (const [where, { uses }] of steps()) {
      if (uses === undefined) continue;
      if (uses.startsWith("./")) assert.ok(actions().has(uses), `${where}: ${uses}`);
      else assert.match(uses, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/, where);
    }
    const lines = texts().flatMap((text) => text.match(/uses: [^.].*/g) ?? []);
    for (const line of lines) assert.match(line, /@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    // Each action has one version.
    const pins = new Map(lines.map((line) => [line.replace(/@.*/, ""), line]));
    assert.equal(new Set(lines).size, pins.size);
  });

  it("keep the token out of the clone, and give every job a time limit", () => {
    for (const [where, { steps: own, ...job }] of jobs()) {
      assert.ok((job["timeout-minutes"] ?? 360) <= 60, where);
      for (const { uses, with: inputs } of own) {
        if (uses?.startsWith("actions/checkout@")) {
          assert.equal(inputs?.["persist-credentials"], false, where);
        }
      }
    }
  });

  it("test on the versions of Node that `make nodes` has", () => {
    const makefile = readFileSync(join(__dirname, "..", "..", "..", "Makefile"), "utf8");
    const versions = (/^NODES \?= (.+)$/m.exec(makefile) ?? [])[1]?.split(" ");
    for (const name of ["test", "release"]) {
      const { strategy } = workflow(name).jobs.nodes ?? {};
      assert.deepEqual(strategy?.matrix.node, versions, name);
    }
  });

  it("put no expression into a script, where its value would be executed", () => {
    for (const [where, step] of steps()) {
      assert.ok(!step.run?.includes("${{"), where);
      assert.ok(!JSON.stringify(step.with?.script ?? "").includes("${{"), where);
    }
  });

  it("install the versions that the tests run with", () => {
    const inputs = actions()
      .get("./.github/actions/tools")
      ?.runs.steps.flatMap((step) => step.with ?? []);
    const built = new Map(tools.map(({ name, version }) => [name, version]));
    assert.deepEqual(inputs, [
      { "pulumi-version": built.get("pulumi") },
      { version: `v${String(built.get("helm"))}` },
    ]);
  });

  it("are documented with every variable and secret", () => {
    const root = join(__dirname, "..", "..", "..");
    const page = ["docs/pull-requests.md", "CONTRIBUTING.md"]
      .map((file) => readFileSync(join(root, file), "utf8"))
      .join("");
    const named = texts().flatMap((text) => text.match(/(?<=(vars|secrets)\.)\w+/g) ?? []);
    assert.ok(named.length > 0);
    for (const name of new Set(named)) assert.ok(page.includes(`\`${name}\``), name);
  });
});
