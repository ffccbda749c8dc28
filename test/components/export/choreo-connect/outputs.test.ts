import assert from "node:assert/strict";
import type { z } from "zod";
import { objectNamesOf, type Gateway } from "../../../../components/choreo-connect/gateway";
import { load } from "../../../unit/config/make-config";
import { makeCa } from "../../../unit/x509/make-certificate";
import { keys } from "../../../unit/x509/make-keys";
import { example, withBackends, type Sections, outputsOf } from "../../choreo-connect/make-stack";
import { choreoConnect } from "../../../../systems/choreo-connect/outputs";
import { runStack } from "../../run-stack";

/**
 * Returns the gateway that these sections describe, with the name of each backend's ConfigMap, which outputs state. A
 * backend that has none is read like one of an older version.
 */
function gatewayOf(sections: Sections, configMaps: Readonly<Record<string, string>> = {}): Gateway {
  const { choreoConnect: read } = load({ ...sections });
  assert.ok(read);
  const backends = read.gateway.backends.map((backend) => {
    const configMap = configMaps[backend.name] ?? `${backend.name}-router-ca`;
    return { ...backend, routerTrust: { ...backend.routerTrust, configMap } };
  });
  return { ...read.gateway, backends };
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
  const cases: Readonly<Record<string, Parameters<typeof gatewayOf>>> = {
    "everything in a cluster": [everything, { payments: "router-ca" }],
    "the example with docker-compose": [example("compose")],
  };
  for (const [title, [sections, configMaps]] of Object.entries(cases))
    it(`describe its gateway completely: ${title}`, async () => {
      const run = await runStack(sections);
      assert.deepEqual(run.errors, []);
      const { choreoConnect: published } = outputsOf(run);
      const printed = JSON.parse(JSON.stringify(published)) as unknown;
      assert.deepEqual(choreoConnect.parse(printed).gateway, gatewayOf(sections, configMaps));
    });

  it("of an older version, which did not state ConfigMaps, have one for each backend", async () => {
    const run = await runStack(kubernetes);
    const { choreoConnect: published } = outputsOf(run) as {
      choreoConnect: z.input<typeof choreoConnect>;
    };
    const older = Object.entries(published.backends).map(([name, backend]) => {
      const { configMap, ...routerTrust } = backend.routerTrust;
      assert.equal(configMap, name === "payments" ? "router-ca" : undefined);
      return [name, { ...backend, routerTrust }];
    });
    const { gateway } = choreoConnect.parse({
      ...published,
      backends: Object.fromEntries(older) as object,
    });
    assert.deepEqual(gateway, gatewayOf(kubernetes));
    const payments = gateway.backends.find(({ name }) => name === "payments");
    assert.ok(payments);
    assert.equal(objectNamesOf(payments).routerCa, "payments-router-ca");
  });
});
