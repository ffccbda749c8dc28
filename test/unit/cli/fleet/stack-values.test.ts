import assert from "node:assert/strict";
import { parse } from "yaml";
import { chartsIn, configIn, generalized } from "../../../../cli/fleet/report/stack-values";
import { SECRET } from "../../../../cli/report/value";

describe("the configuration in a stack file", () => {
  it("has marks in place of secrets, also of those in plain text", () => {
    const text = `
      encryptionsalt: v1:salt
      config:
        countersign:a:
          key: { secure: v1:hidden }
          keys: [k1]
          list: [{ secure: v1:hidden }, 2]
        countersign:b: { values: { adminPassword: plain, apiToken: plain, tokens: 3 } }
    `;
    assert.deepEqual(configIn(parse(text)), {
      "countersign:a": { key: SECRET, keys: ["k1"], list: [SECRET, 2] },
      "countersign:b": { values: { adminPassword: SECRET, apiToken: SECRET, tokens: 3 } },
    });
  });

  it("is empty if the file has none", () => {
    for (const file of [undefined, null, {}, { config: 7 }]) assert.deepEqual(configIn(file), {});
  });

  it("is comparable without the stack's own names", () => {
    const signed = ["Org1MSP", "Org1"].map((party) => ({ party, signer: "c", key: "k1" }));
    const stack = { name: "org-1", signed, takesRequestsOf: [], cluster: {} };
    const values = {
      Org1MSP: { namespace: "x-org-1", hosts: ["a.org-1.example", "org-10"], replicas: 1 },
      Org1: "Org1 and Org1MSP",
    };
    assert.deepEqual(generalized(values, stack), {
      "<party>": { namespace: "x-<stack>", hosts: ["a.<stack>.example", "org-10"], replicas: 1 },
      "<party 2>": "<party 2> and <party>",
    });
  });
});

describe("the charts that a stack has deployed", () => {
  const release = (chart: string, version: string) => ({
    type: "kubernetes:helm.sh/v3:Release",
    outputs: { status: { chart, version, revision: 2 } },
  });

  it("have the versions of all releases", () => {
    const resources = [
      { type: "pulumi:pulumi:Stack" },
      release("backend", "2.0.0"),
      release("orchestrator", "1.0.0"),
      release("backend", "1.0.0"),
      release("backend", "2.0.0"),
      { type: "kubernetes:helm.sh/v3:Release", outputs: { status: "encrypted" } },
    ];
    assert.deepEqual(chartsIn({ version: 3, deployment: { resources } }), {
      backend: "1.0.0, 2.0.0",
      orchestrator: "1.0.0",
    });
  });

  it("are none if nothing is deployed", () => {
    assert.deepEqual(chartsIn({ version: 3, deployment: {} }), {});
    assert.deepEqual(chartsIn("unreadable"), {});
  });
});
