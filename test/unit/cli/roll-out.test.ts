import assert from "node:assert/strict";
import type { V1Deployment, V1StatefulSet } from "@kubernetes/client-node";
import { rollOutProblem } from "../../../verify/cluster/pods";

const done = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2 };
const problem = (status: object) =>
  rollOutProblem({
    metadata: { generation: 2 },
    spec: { replicas: 2 },
    status,
  } as unknown as V1Deployment | V1StatefulSet);

describe("a workload", () => {
  const cases: [string, object, string | undefined][] = [
    ["has rolled out", done, undefined],
    ["was changed just now", { ...done, observedGeneration: 1 }, "no controller has seen it yet"],
    ["is rolling", { ...done, updatedReplicas: 1 }, "new template in 1 of 2 pods"],
    ["still has old pods", { ...done, replicas: 3 }, "still has pods of the old template"],
    ["is not ready", { ...done, readyReplicas: 0 }, "has 0 of 2 pods ready"],
    ["has no status", {}, "no controller has seen it yet"],
    [
      "is a StatefulSet that has rolled out",
      { ...done, updatedReplicas: undefined, currentRevision: "a", updateRevision: "a" },
      undefined,
    ],
    [
      "is a StatefulSet that is rolling",
      { ...done, updatedReplicas: 1, currentRevision: "a", updateRevision: "b" },
      "new template in 1 of 2 pods",
    ],
  ];
  for (const [what, status, expected] of cases) {
    it(what, () => {
      const found = problem(status);
      if (expected === undefined) assert.equal(found, undefined);
      else assert.ok(found?.endsWith(expected), found);
    });
  }
});
