import assert from "node:assert/strict";
import { asksAnew, referencesOf } from "../../../.github/scripts/changed-stacks";

const organizations = (own: object) => ({
  config: { "countersign:organizations": { MyOrg1MSP: { hostname: "a.example", ...own } } },
});

describe("the files that a stack file names", () => {
  it("are its charts, and the files that organizations exchange", () => {
    const config = {
      "countersign:orchestrator": { chart: { path: "charts/orchestrator/" } },
      "countersign:organizations": {
        MyOrg1MSP: {
          chart: { path: "./charts/backend" },
          signedBy: { directory: "enrollments/1" },
        },
        MyOrg2MSP: { chart: { path: "charts/backend" } },
      },
      "countersign:enrollments": { MyOrg3MSP: { request: { file: "enrollments/3/request.pem" } } },
    };
    assert.deepEqual(referencesOf({ config }, ""), [
      "charts/orchestrator",
      "enrollments/1",
      "charts/backend",
      "enrollments/3/request.pem",
    ]);
  });

  it("are those that Spinnaker, Choreo and Choreo Connect are deployed from", () => {
    const config = {
      "countersign:spinnaker": {
        target: {
          operator: { manifest: "spinnakerservice.yml" },
          kustomize: { directory: "k8s/" },
        },
      },
      "countersign:choreo": {
        components: { api: { workload: "examples/api.yaml" }, web: { server: {} } },
      },
      "countersign:choreoConnect": {
        target: {
          kubernetes: { chart: { path: "charts/choreo-connect" }, configToml: "gateway.toml" },
        },
      },
    };
    assert.deepEqual(referencesOf({ config }, ""), [
      "spinnakerservice.yml",
      "k8s",
      "examples/api.yaml",
      "charts/choreo-connect",
      "gateway.toml",
    ]);
  });

  it("are found in a section that is one text, and are never outside of the repository", () => {
    const text = JSON.stringify({ MyOrg1MSP: { signedBy: { directory: "enrollments/1" } } });
    assert.deepEqual(referencesOf({ config: { "countersign:organizations": text } }, "own"), [
      "own/enrollments/1",
    ]);
    const chart = (path: string) => ({
      config: { "countersign:orchestrator": { chart: { path } } },
    });
    assert.deepEqual(referencesOf(chart("/srv/charts"), ""), []);
    assert.deepEqual(referencesOf(chart("."), ""), [""]);
  });

  it("are relative to the stack file", () => {
    const file = { config: { "countersign:orchestrator": { chart: { path: "../../charts/x" } } } };
    assert.deepEqual(referencesOf(file, "examples/own"), ["charts/x"]);
  });

  it("are none if the file is invalid", () => {
    const broken = { "countersign:organizations": 1, "countersign:enrollments": { A: "x" } };
    for (const file of [
      undefined,
      null,
      "text",
      { config: 7 },
      { config: broken },
      { config: { "countersign:choreo": "a: b: c" } },
    ]) {
      assert.deepEqual(referencesOf(file, ""), []);
    }
  });
});

describe("a request that must be published again", () => {
  it("is that of a new organization", () => {
    assert.equal(asksAnew(undefined, organizations({})), true);
  });

  it("is one with another name or another key", () => {
    const before = organizations({ certificate: { keys: ["k1"] } });
    assert.equal(asksAnew(before, organizations({ certificate: { keys: ["k1", "k2"] } })), true);
    const renamed = organizations({ certificate: { keys: ["k1"] }, hostname: "b.example" });
    assert.equal(asksAnew(before, renamed), true);
  });

  it("does not exist if only the deployment has changed, or an organization has left", () => {
    assert.equal(asksAnew(organizations({}), organizations({ namespace: "other" })), false);
    assert.equal(asksAnew(organizations({}), { config: {} }), false);
  });
});
