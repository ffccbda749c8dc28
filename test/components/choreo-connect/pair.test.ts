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
      assert.deepEqual(run.outputs.get(urn), {});
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
});
