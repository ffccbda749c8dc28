import assert from "node:assert/strict";
import { asksAnew, referencesOf } from "../../../.github/scripts/stack-references";

const organizations = (own: object) => ({
  config: { "countersign:organizations": { MyOrg1MSP: { hostname: "a.example", ...own } } },
});

describe("what a stack file names", () => {
  it("is its charts, and the files that organizations exchange", () => {
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

  it("is what Spinnaker, Choreo and Choreo Connect are deployed from", () => {
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

  it("is found in a section that is one text, and is nothing outside of the repository", () => {
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

  it("lies beside the stack file", () => {
    const file = { config: { "countersign:orchestrator": { chart: { path: "../../charts/x" } } } };
    assert.deepEqual(referencesOf(file, "examples/own"), ["charts/x"]);
  });

  it("is nothing where the file is not what it should be", () => {
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

describe("a request that must be published anew", () => {
  it("is one of a new organization", () => {
    assert.equal(asksAnew(undefined, organizations({})), true);
  });

  it("is one with another name or for another key", () => {
    const before = organizations({ certificate: { keys: ["k1"] } });
    assert.equal(asksAnew(before, organizations({ certificate: { keys: ["k1", "k2"] } })), true);
    const renamed = organizations({ certificate: { keys: ["k1"] }, hostname: "b.example" });
    assert.equal(asksAnew(before, renamed), true);
  });

  it("is none where only the deployment has changed, or an organization has left", () => {
    assert.equal(asksAnew(organizations({}), organizations({ namespace: "other" })), false);
    assert.equal(asksAnew(organizations({}), { config: {} }), false);
  });
});
