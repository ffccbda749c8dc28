import assert from "node:assert/strict";
import {
  BACKEND_CHART,
  ORCHESTRATOR_CHART,
  caObjectKind,
} from "../../../components/substra/charts";

describe("caObjectKind", () => {
  it("is what each version of the charts reads", () => {
    const kinds = (chart: typeof BACKEND_CHART, versions: string[]) =>
      versions.map((version) => `${version} ${caObjectKind(chart, version)}`);
    assert.deepEqual(kinds(ORCHESTRATOR_CHART, ["7.5.0", "8.5.0", "8.6.0", "8.8.0"]), [
      "7.5.0 ConfigMap",
      "8.5.0 ConfigMap",
      "8.6.0 Secret",
      "8.8.0 Secret",
    ]);
    assert.deepEqual(kinds(BACKEND_CHART, ["22.5.0", "25.1.1", "26.0.0", "26.15.3"]), [
      "22.5.0 ConfigMap",
      "25.1.1 ConfigMap",
      "26.0.0 Secret",
      "26.15.3 Secret",
    ]);
  });
});
