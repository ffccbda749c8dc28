import assert from "node:assert/strict";
import { releases } from "../../../../../cli/report/render/releases";
import { SECRET, UNKNOWN } from "../../../../../cli/report/value";
import { release } from "../make-report";
import { linesOf } from "./markdown-of";

describe("releases in Markdown", () => {
  it("say what rolls and why", () => {
    assert.deepEqual(linesOf(releases, { releases: [release()] }), [
      "## Releases",
      "",
      "### `MyOrg1MSP`: `backend` in `org-1` is upgraded",
      "",
      "- chart: `substra-backend` `26.15.3`",
      "- rolls `Deployment backend-server`",
      "- why: the certificate of MyOrg1MSP is renewed",
      "- the rendered manifests stay the same",
    ]);
  });

  it("say what else is regenerated, and with which consequence", () => {
    const redraws = [
      {
        object: "Secret server-key",
        fields: ["SECRET_KEY"],
        consequence: "people have to log in again",
        mayStay: false,
      },
      { object: "Secret x", fields: ["a", "b"], consequence: undefined, mayStay: false },
      { object: "Secret y", fields: ["a"], consequence: undefined, mayStay: true },
    ];
    assert.deepEqual(linesOf(releases, { releases: [release({ redraws })] }).slice(5, 9), [
      "- rolls `Deployment backend-server`",
      "- every upgrade regenerates `Secret server-key` (`SECRET_KEY`): people have to log in again",
      "- every upgrade regenerates `Secret x` (`a`, `b`)",
      "- `Secret y` (`a`) is regenerated unless its template finds the current content in the cluster",
    ]);
  });

  it("fold values and each object's diff", () => {
    const chart = { name: "orchestrator", version: "8.8.0", from: "charts/orchestrator" };
    const changed = release({
      rolls: [],
      why: [],
      chart: { before: chart, after: { ...chart, version: "8.9.0" } },
      values: [
        { path: "logLevel", before: { text: "DEBUG" }, after: undefined },
        { path: "password", before: SECRET, after: UNKNOWN },
        { path: "tls.secret", before: undefined, after: { newNameOf: "MyOrg1MSP's pair" } },
      ],
      manifests: {
        objects: [
          { kind: "Deployment", name: "a<b", operation: "changed", diff: "-old\n+```new\n" },
          { kind: "Secret", name: "s", operation: "added", diff: "" },
        ],
        notes: ["data of Secrets is not compared"],
      },
    });
    assert.deepEqual(linesOf(releases, { releases: [changed] }).slice(4), [
      "- chart: `orchestrator` `8.8.0` → `8.9.0`",
      "- nothing rolls",
      "- data of Secrets is not compared",
      "",
      "<details><summary>3 values of the chart change</summary>",
      "",
      "| Value | Before | After |",
      "|---|---|---|",
      "| `logLevel` | `DEBUG` | none |",
      "| `password` | secret | not known before the up |",
      "| `tls.secret` | none | the new name of `MyOrg1MSP's pair` |",
      "",
      "</details>",
      "",
      "<details><summary>2 rendered objects change</summary>",
      "",
      "<details><summary>changed <code>Deployment a&#60;b</code></summary>",
      "",
      "````diff",
      "-old",
      "+```new",
      "````",
      "",
      "</details>",
      "",
      "added `Secret s`",
      "",
      "</details>",
    ]);
  });

  it("say what is not known", () => {
    const unknown = release({
      namespace: UNKNOWN,
      rolls: UNKNOWN,
      why: [],
      manifests: { unavailable: "the repository did not answer" },
    });
    assert.deepEqual(linesOf(releases, { releases: [unknown] }).slice(2), [
      "### `MyOrg1MSP`: `backend` in a namespace that is not known before the up is upgraded",
      "",
      "- chart: `substra-backend` `26.15.3`",
      "- which workloads roll is not known",
      "- its manifests are not known: the repository did not answer",
    ]);
  });

  it("name the whole chart if it is replaced by another one, or is the first", () => {
    const [one, other] = ["one", "other"].map((name) => ({
      name,
      version: "1.0.0",
      from: "charts",
    }));
    const chartLine = (before: typeof one, after: typeof one) =>
      linesOf(releases, { releases: [release({ chart: { before, after } })] })[4];
    assert.equal(
      chartLine(one, other),
      "- chart: `one` `1.0.0` from `charts` → `other` `1.0.0` from `charts`",
    );
    assert.equal(chartLine(undefined, one), "- chart: `one` `1.0.0` from `charts`");
  });
});
