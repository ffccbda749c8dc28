import assert from "node:assert/strict";
import { helmWords, withoutCredentials } from "../../../../../../cli/report/releases/charts/helm";
import { chartOf, shownChart } from "../../../../../../cli/report/releases/charts/source";
import { SECRET, UNKNOWN, type Property } from "../../../../../../cli/report/value";

function chart(
  inputs: Readonly<Record<string, Property>>,
  outputs: Readonly<Record<string, Property>> = {},
) {
  return chartOf({ inputs, outputs, dependencies: {}, provider: undefined });
}

describe("the chart of a release", () => {
  it("can be a folder of the project, with the version that is deployed", () => {
    const planned = chart(
      { chart: "charts/orchestrator", version: "1.0.0" },
      { status: { version: "1.0.0+build.1" } },
    );
    assert.deepEqual(planned, {
      source: { kind: "path", path: "charts/orchestrator" },
      version: "1.0.0+build.1",
      isExact: true,
    });
    assert.deepEqual(shownChart(planned), {
      name: "orchestrator",
      version: "1.0.0+build.1",
      from: "charts/orchestrator",
    });
  });

  it("can be from a repository, whose credentials are not shown", () => {
    const planned = chart({
      chart: "backend",
      version: "^1.2",
      repositoryOpts: { repo: "https://user:pass@charts.example/x?token=abc", password: SECRET },
    });
    assert.deepEqual(planned.source, {
      kind: "repository",
      url: "https://user:pass@charts.example/x?token=abc",
      name: "backend",
      needsLogin: true,
    });
    assert.equal(planned.isExact, false);
    assert.deepEqual(shownChart(planned), {
      name: "backend",
      version: "^1.2",
      from: "https://charts.example/x",
    });
  });

  it("can be from a registry", () => {
    const planned = chart({ chart: "oci://registry.example/charts/backend", version: "1.2.3" });
    assert.deepEqual(planned.source, {
      kind: "oci",
      reference: "oci://registry.example/charts/backend",
    });
    assert.deepEqual(shownChart(planned), {
      name: "backend",
      version: "1.2.3",
      from: "oci://registry.example/charts",
    });
  });

  it("is not known if the preview hides it", () => {
    for (const inputs of [
      { chart: UNKNOWN },
      { chart: "a", repositoryOpts: SECRET },
      { chart: "a", repositoryOpts: { repo: UNKNOWN } },
    ]) {
      assert.equal(chart(inputs).source, undefined);
    }
    assert.deepEqual(shownChart(chart({ chart: UNKNOWN, version: UNKNOWN })), {
      name: "(unknown)",
      version: undefined,
      from: "(unknown)",
    });
  });
});

describe("a message of Helm", () => {
  it("is reported without its hints, warnings and our folders", () => {
    const stderr = [
      "level=WARN msg=something",
      "coalesce.go:289: warning: cannot overwrite table",
      "Error: execution error at (c/templates/a.yaml:1:2): no\tname in /tmp/x/1/c",
      "",
      "Use --debug flag to render out invalid YAML",
    ].join("\n");
    assert.equal(helmWords(stderr, ["/tmp/x"]), "no name in 1/c");
    assert.equal(helmWords("", []), "it said nothing");
  });

  it("is cut if it is long", () => {
    assert.equal(helmWords("x".repeat(1000), []).length, 401);
  });

  it("is reported without credentials and private keys", () => {
    assert.equal(
      withoutCredentials(
        'Get "https://u:p@ss@h.example:8/i.yaml?token=t": from oci://u@r.example/c',
      ),
      'Get "https://h.example:8/i.yaml": from oci://r.example/c',
    );
    assert.equal(
      helmWords("bad value: -----BEGIN PRIVATE KEY-----", []),
      "its message holds a private key and is not shown",
    );
  });
});
