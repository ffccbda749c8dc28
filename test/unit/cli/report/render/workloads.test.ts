import assert from "node:assert/strict";
import { workloads } from "../../../../../cli/report/render/releases";
import { UNKNOWN } from "../../../../../cli/report/value";
import { workload } from "../make-report";
import { linesOf } from "./markdown-of";

describe("workloads in Markdown", () => {
  it("are reported with what happens to them and why", () => {
    const changes = [
      workload(),
      workload({ rolls: false, namespace: UNKNOWN }),
      workload({ kind: "SpinnakerService", name: "spinnaker", rolls: UNKNOWN }),
      workload({ operation: "added", rolls: false, why: [] }),
    ];
    assert.deepEqual(linesOf(workloads, { workloads: changes }), [
      "## Workloads",
      "",
      "- `Deployment echo` in `spinnaker` rolls: readinessProbe changes",
      "- `Deployment echo` in a namespace that is not known before the up changes without a roll: readinessProbe changes",
      "- `SpinnakerService spinnaker` in `spinnaker` changes, and its operator rolls what this affects: readinessProbe changes",
      "- `Deployment echo` in `spinnaker` is added",
    ]);
  });

  it("have their values together in one table", () => {
    const values = [{ path: "replicas", before: { text: "1" }, after: { newNameOf: "x" } }];
    assert.deepEqual(linesOf(workloads, { workloads: [workload({ values })] }).slice(4), [
      "<details><summary>1 value of workloads changes</summary>",
      "",
      "| Workload | Value | Before | After |",
      "|---|---|---|---|",
      "| `echo` | `replicas` | `1` | the new name of `x` |",
      "",
      "</details>",
    ]);
  });
});
