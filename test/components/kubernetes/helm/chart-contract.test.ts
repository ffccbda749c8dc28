import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chartProblem, versionOfChart } from "../../../../components/kubernetes/helm/chart";

const repository = "https://charts.example";
const CONTRACT = { name: "orchestrator", since: "5.0.0" };

describe("a chart in a repository", () => {
  it("is accepted from the first version that has the values to set", () => {
    const problem = (version: string) =>
      chartProblem(CONTRACT, { repository, name: "orchestrator", version });
    assert.equal(problem("5.0.0"), undefined);
    assert.equal(
      problem("4.9.9"),
      "chart orchestrator 4.9.9 has other values than Countersign sets; use 5.0.0 or later",
    );
    assert.equal(
      chartProblem(
        { ...CONTRACT, flawBefore: "has no database" },
        { repository, name: "orchestrator", version: "4.9.9" },
      ),
      "chart orchestrator 4.9.9 has no database; use 5.0.0 or later",
    );
    assert.equal(
      chartProblem(
        { ...CONTRACT, flawed: { "5.1.0": "does not render" } },
        { repository, name: "orchestrator", version: "5.1.0" },
      ),
      "chart orchestrator 5.1.0 does not render; use another version",
    );
    assert.equal(versionOfChart({ repository, name: "orchestrator", version: "8.8.0" }), "8.8.0");
  });

  it("is refused under another name, since its Service would have that name too", () => {
    assert.equal(
      chartProblem(CONTRACT, { repository, name: "my-fork", version: "8.8.0" }),
      'is chart "my-fork"; it must be chart orchestrator',
    );
  });
});

describe("a chart in a folder", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "countersign-charts-"))));
  after(() => rmSync(folder, { recursive: true }));

  /** Writes a Chart.yaml into its own folder. */
  function chart(name: string, content: string) {
    const path = join(folder, name);
    mkdirSync(path);
    writeFileSync(join(path, "Chart.yaml"), content);
    return { path };
  }

  it("has the version of its Chart.yaml, without a custom suffix", () => {
    assert.equal(versionOfChart({ path: "charts/orchestrator" }), "8.8.0");
    assert.equal(versionOfChart({ path: "charts/substra-backend" }), "26.15.3");
    const own = chart("own", "name: orchestrator\nversion: 8.6.0-patched.1\n");
    assert.equal(versionOfChart(own), "8.6.0");
    assert.equal(chartProblem(CONTRACT, own), undefined);
  });

  it("is refused if it is another chart", () => {
    assert.equal(
      chartProblem(CONTRACT, { path: "charts/substra-backend" }),
      'is chart "substra-backend"; it must be chart orchestrator',
    );
  });

  it("is refused if its Chart.yaml is unusable", () => {
    const problem = (name: string, content: string) =>
      chartProblem(CONTRACT, chart(name, content))?.replace(folder, "folder");
    assert.equal(
      problem("unversioned", "name: orchestrator\n"),
      "folder/unversioned/Chart.yaml has no version such as 1.2.3",
    );
    assert.equal(problem("empty", ""), "folder/empty/Chart.yaml has no version such as 1.2.3");
    assert.equal(problem("broken", "name: [\n"), "folder/broken/Chart.yaml is not YAML");
  });
});
