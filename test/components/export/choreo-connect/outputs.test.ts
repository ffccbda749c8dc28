import assert from "node:assert/strict";
import type { Gateway } from "../../../../components/choreo-connect/gateway";
import { load } from "../../../unit/config/make-config";
import { makeCa } from "../../../unit/x509/make-certificate";
import { keys } from "../../../unit/x509/make-keys";
import { example, withBackends, type Sections, outputsOf } from "../../choreo-connect/make-stack";
import { choreoConnect } from "../../../../systems/choreo-connect/outputs";
import { runStack } from "../../run-stack";

/** Returns the gateway that these sections describe. */
function gatewayOf(sections: Sections): Gateway {
  const { choreoConnect: read } = load({ ...sections });
  assert.ok(read);
  return read.gateway;
}

describe("the outputs of a Choreo Connect", () => {
  const kubernetes = withBackends(example("kubernetes"), {
    payments: { restarts: ["payments"], dnsNames: ["pay.example"] },
    stock: { existing: makeCa(), trust: "global" },
  });
  const everything = {
    ...kubernetes,
    choreoConnect: {
      ...kubernetes.choreoConnect,
      publicCas: ["ISRG Root X1"],
      controlPlane: makeCa({ keys: keys("rsa2048") }),
      apis: { "Shop-1.0.0": ["payments", "ratings"] },
    },
  };
  const cases: Readonly<Record<string, Sections>> = {
    "everything in a cluster": everything,
    "the example with docker-compose": example("compose"),
  };
  for (const [title, sections] of Object.entries(cases))
    it(`describe its gateway completely: ${title}`, async () => {
      const run = await runStack(sections);
      assert.deepEqual(run.errors, []);
      const { choreoConnect: published } = outputsOf(run);
      const printed = JSON.parse(JSON.stringify(published)) as unknown;
      assert.deepEqual(choreoConnect.parse(printed).gateway, gatewayOf(sections));
    });
});
