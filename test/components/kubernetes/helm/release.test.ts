import assert from "node:assert/strict";
import type { ChartSource } from "../../../../components/kubernetes/helm/chart";
import { release } from "../../../../components/kubernetes/helm/release";
import { runProgram } from "../../mock-engine";
import { find } from "../../tree";
import { reveal } from "../../wire";

describe("release", () => {
  const sources: [string, ChartSource, object][] = [
    ["a folder", { path: "charts/orchestrator" }, { chart: "charts/orchestrator" }],
    [
      "an https repository",
      { repository: "https://charts.example", name: "orchestrator", version: "8.8.0" },
      {
        chart: "orchestrator",
        version: "8.8.0",
        repositoryOpts: { repo: "https://charts.example" },
      },
    ],
    [
      "an OCI registry",
      { repository: "oci://registry.example/charts", name: "orchestrator", version: "8.8.0" },
      { chart: "oci://registry.example/charts/orchestrator", version: "8.8.0" },
    ],
  ];
  for (const [title, chart, expected] of sources)
    it(`installs a chart from ${title}, under its exact name and all or nothing`, async () => {
      const program = () =>
        release(
          "orchestrator",
          {
            releaseName: "exact-name",
            namespace: "consortium",
            chart,
            values: { a: { b: 1 } },
            overrides: { a: { c: 2 } },
            guards: [],
            timeout: 60,
          },
          {},
        );
      const { resources } = await runProgram(program);
      assert.deepEqual(reveal(find(resources, "orchestrator").inputs), {
        compat: "true",
        ...expected,
        name: "exact-name",
        namespace: "consortium",
        values: { a: { b: 1, c: 2 } },
        atomic: true,
        timeout: 60,
        maxHistory: 5,
      });
    });
});
