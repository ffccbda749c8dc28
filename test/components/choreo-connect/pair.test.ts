import assert from "node:assert/strict";
import { facts } from "../../../facts";
import { runStack } from "../run-stack";
import { find } from "../tree";
import { reveal } from "../wire";
import { example, outputsOf } from "./make-stack";

describe("the pairs of Choreo Connect", () => {
  it("state their certificates, and register nothing, as their resources store everything", async () => {
    const run = await runStack(example("kubernetes"));
    assert.deepEqual(run.errors, []);
    const statedBy = (pair: string) => {
      const { urn, inputs } = find(run.resources, `choreo-connect-${pair}`, "Pair");
      assert.ok(!run.outputs.has(urn));
      return facts.strict().parse(reveal(inputs));
    };
    const { choreoConnect } = outputsOf(run) as {
      choreoConnect: { dnsNames: Record<string, string[]> };
    };
    const issued = { origin: "issued", issuer: "ca/g1", renewBeforeHours: 720 };
    for (const part of ["router", "enforcer", "adapter"])
      assert.deepEqual(statedBy(part), {
        certificates: {
          [`choreo-connect-${part}-certificate`]: {
            ...issued,
            owner: `Choreo Connect ${part}`,
            source: `choreoConnect.${part}`,
            granted: {
              organization: "Choreo Connect",
              commonName: part,
              dnsNames: choreoConnect.dnsNames[part],
            },
          },
        },
      });
    assert.deepEqual(statedBy("backend-payments"), {
      certificates: {
        "choreo-connect-backend-payments-certificate": {
          ...issued,
          owner: "backend payments",
          source: "choreoConnect.backends.payments",
          granted: {
            organization: "Choreo Connect",
            commonName: "payments",
            dnsNames: ["payments.shop.svc.cluster.local"],
          },
        },
      },
    });
  });

  it("depend on what they come from, but on nothing that another dependency implies", async () => {
    const { resources } = await runStack(example("kubernetes"));
    const nameOf = (urn: string) => urn.slice(urn.lastIndexOf("::") + 2);
    const dependenciesOf = (name: string) => find(resources, name).dependencies.map(nameOf).sort();
    const name = "choreo-connect-backend-payments";
    assert.deepEqual(dependenciesOf(`${name}-certificate`), ["ca-g1", `${name}-key`]);
    // Neither on the key, which its certificate depends on, nor on the stack's id, for its mark.
    assert.deepEqual(dependenciesOf(`${name}-keys`), [`${name}-certificate`, "namespace-shop"]);
    const { stringData } = reveal(find(resources, `${name}-keys`).inputs) as {
      stringData: Record<string, string>;
    };
    assert.match(stringData["tls.key"] ?? "", /PRIVATE KEY/);
  });
});
